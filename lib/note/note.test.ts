import { existsSync, readFileSync } from 'node:fs';
import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { concat, fromHex, toHex } from '#lib/encoding/bytes.ts';
import { bitString, oid, sequence } from '#lib/encoding/der-writer.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint, isOwnOrigin, parseCheckpoint } from './checkpoint.ts';
import { ed25519LogId } from './key-id.ts';
import { logIdOf, logVerifier } from './log-verifier.ts';
import { openNote, parseNote, signNote, type NoteSigner } from './signed-note.ts';

function ed25519Spki(raw: Uint8Array): Uint8Array {
  return sequence(sequence(oid('1.3.101.112')), bitString(raw));
}

function makeLog(name: string, type: 'ed25519' | 'ec'): { signer: NoteSigner; spki: Uint8Array } {
  const { privateKey, publicKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  const hash = type === 'ec' ? 'sha256' : null;
  return {
    spki,
    signer: {
      name,
      keyId: logIdOf(name, spki).slice(0, 4),
      sign: (message) => Uint8Array.from(sign(hash, message, privateKey)),
    },
  };
}

const text = 'log.example\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';

describe('signed note', () => {
  it('opens the example of c2sp.org/signed-note', () => {
    const key = fromBase64('AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k') ?? new Uint8Array(0);
    const verifier = logVerifier('example.com/foo', ed25519Spki(key.subarray(1)));
    expect(toHex(verifier.keyId)).toBe('530d903a');
  });

  it.each(['ed25519', 'ec'] as const)(
    'signed by an %s key opens with that key, and not when changed',
    (type) => {
      const { signer, spki } = makeLog('log.example', type);
      const verifier = logVerifier('log.example', spki);
      const note = signNote(text, [signer]);
      expect(openNote(note, [verifier])).toMatchObject({ text, verifiedBy: [verifier] });
      expect(() => openNote(note.replace('\n7\n', '\n8\n'), [verifier])).toThrow(
        expect.objectContaining({ code: 'bad-signature' }),
      );
    },
  );

  it('ignores signatures of unknown keys, wants one known, and is rejected whole by a known bad one', () => {
    const a = makeLog('a', 'ed25519');
    const b = makeLog('b', 'ed25519');
    const note = signNote(text, [a.signer, b.signer]);
    expect(openNote(note, [logVerifier('b', b.spki)]).verifiedBy).toHaveLength(1);
    expect(() => openNote(note, [logVerifier('c', b.spki)])).toThrow(
      expect.objectContaining({ code: 'no-known-signature' }),
    );
    const broken = signNote(text, [a.signer, { ...b.signer, sign: () => new Uint8Array(64) }]);
    expect(() => openNote(broken, [logVerifier('a', a.spki), logVerifier('b', b.spki)])).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
  });

  it('splits at the last blank line, so that a text may hold blank lines', () => {
    const { signer, spki } = makeLog('a', 'ed25519');
    const note = signNote('one\n\ntwo\n', [signer]);
    expect(openNote(note, [logVerifier('a', spki)]).text).toBe('one\n\ntwo\n');
  });

  const signature = `\u2014 a ${toBase64(new Uint8Array(70))}\n`;
  it.each([
    ['', 'empty'],
    ['text\n', 'no signatures'],
    ['text\n\n', 'no signature line'],
    [`text\n${signature}`, 'no blank line'],
    [`text\n\n${signature.slice(0, -1)}`, 'cut off'],
    [`text\n\n${signature}\n`, 'a blank line behind'],
    [`text\r\n\n${signature}`, 'a control character'],
    [`te\ud800xt\n\n${signature}`, 'a lone surrogate'],
    [`text\n\n- a ${toBase64(new Uint8Array(70))}\n`, 'a hyphen for the dash'],
    [`text\n\n\u2014 a  ${toBase64(new Uint8Array(70))}\n`, 'two spaces'],
    [`text\n\n\u2014 a+b ${toBase64(new Uint8Array(70))}\n`, 'a plus in the name'],
    [`text\n\n\u2014 a ${toBase64(new Uint8Array(4))}\n`, 'no signature behind the id'],
    [`text\n\n\u2014 a ${toBase64(new Uint8Array(70)).replace('=', '')}\n`, 'bad base64'],
  ])('refuses %j: %s', (note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('checkpoint', () => {
  it('is read as it is written', () => {
    const checkpoint = { origin: 'log.example', size: 2n ** 40n, root: emptyRoot };
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual({ ...checkpoint, extensions: [] });
  });

  const root = toBase64(emptyRoot);
  it.each([
    `o\n01\n${root}\n`,
    `o\n+1\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n\n${root}\n`,
    `o\n9223372036854775808\n${root}\n`,
    `o\n1\n${root}`,
    `o\n1\n${toBase64(emptyRoot.subarray(1))}\n`,
    `o\n1\n${root.slice(0, -1)}\n`,
    `\n1\n${root}\n`,
    `o\n1\n`,
    `o\n1\n${root}\n\n`,
  ])('refuses %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

it('derives the log id that the public instance published for its Ed25519 log', () => {
  const key = fromBase64('MCowBQYDK2VwAyEAt8rlp1knGwjfbcXAYPYAkn0XiLz1x8O4t0YkEhie244=') ?? new Uint8Array(0);
  const id = 'zxGZFVvd0FEmjR8WrFwMdcAJ9vtaY/QXf44Y1wUeP6A=';
  expect(toBase64(logIdOf('log2025-1.rekor.sigstore.dev', key))).toBe(id);
  expect(toBase64(ed25519LogId('log2025-1.rekor.sigstore.dev', key.subarray(12)))).toBe(id);
  expect(() => logIdOf('x', concat(key, fromHex('00') ?? key))).toThrow(/trailing/);
});

const tiles = join(import.meta.dirname, '../../../shared/vectors/tiles');
it.skipIf(!existsSync(tiles))('opens the checkpoints of a foreign log (../shared/vectors)', () => {
  const key = fromBase64('AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx') ?? new Uint8Array(0);
  const verifier = logVerifier('example.com/log/testdata', ed25519Spki(key.subarray(1)));
  for (let size = 0; size <= 15; size++) {
    const note = readFileSync(join(tiles, `checkpoint.${size}`), 'utf8');
    expect(parseCheckpoint(openNote(note, [verifier]).text).size).toBe(BigInt(size));
  }
});

it('takes the tree id of Rekor v1 for the same log, and nothing else that only begins alike', () => {
  expect(isOwnOrigin('log.example', 'log.example')).toBe(true);
  expect(isOwnOrigin('log.example', 'log.example - 1193050959916656506')).toBe(true);
  for (const origin of [
    'log.example.com',
    'log.example - ',
    'log.example - 1x',
    'log.example -1',
    'log',
    'LOG.example',
  ]) {
    expect(isOwnOrigin('log.example', origin)).toBe(false);
  }
});
