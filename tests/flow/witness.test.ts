// The witness over HTTP and PostgreSQL, held to c2sp.org/tlog-witness.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { cosignatureVerifier } from '#lib/note/cosignature.ts';
import { openNote, parseNote, signNote } from '#lib/note/signed-note.ts';
import { parseVerifierKey, verifierOfKey } from '#lib/note/verifier-key.ts';
import { createLogger } from '#lib/server/logger.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { SignedTree } from '#tests/harness/signed-tree.ts';
import { openWitness } from '#workers/witness/open.ts';
import { witnessMemory } from '#workers/witness/store.ts';
import { addCheckpoint, type WitnessMemory } from '#workers/witness/witness.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-witness-'));
const log = new SignedTree('log.example', 40);
const rfc6962 = new SignedTree('ct.example', 3, { key: 'ecdsa' });
const stranger = new SignedTree('stranger.example', 3);
let database: TestDatabase;
let server: Server;
let url: string;
let witnessKey: Uint8Array;

beforeAll(async () => {
  database = await freshDatabase();
  const logsFile = join(folder, 'logs');
  writeFileSync(logsFile, `log ${log.vkey}\nlog ${rfc6962.vkey}\nquorum none\n`);
  const keyFile = join(folder, 'keys', 'witness.pem');
  const passphrase = 'correct horse';
  const settings = { name: 'witness.example/w1', port: 0, logsFile, keyFile, passphrase };
  server = await openWitness(settings, database.sql, createLogger('workers', 'silent'));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { createPrivateKey, createPublicKey } = await import('node:crypto');
  const { readFileSync, statSync } = await import('node:fs');
  witnessKey = Uint8Array.from(
    createPublicKey(createPrivateKey({ key: readFileSync(keyFile), passphrase })).export({
      type: 'spki',
      format: 'der',
    }),
  ).subarray(-32);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(keyFile, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
});

afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await database.sql`TRUNCATE monitor_witnessed, monitor_witness_conflict`;
});

const verifier = () =>
  cosignatureVerifier(
    { name: 'witness.example/w1', key: witnessKey },
    BigInt(Math.floor(Date.now() / 1000) + 5),
  );
const bodyOf = (old: number | string, proof: readonly Uint8Array[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;

async function add(body: string): Promise<{ status: number; type: string | null; text: string }> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

async function grow(from: number, to: number): Promise<Awaited<ReturnType<typeof add>>> {
  return add(bodyOf(from, await log.proof(from, to), log.note(to)));
}

const stored = async (): Promise<bigint | undefined> =>
  (await database.sql<{ size: bigint }[]>`SELECT size FROM monitor_witnessed`)[0]?.size;

describe('a witness', () => {
  it('cosigns the first checkpoint it sees and then what continues it, also from size zero', async () => {
    for (const [from, to] of [
      [0, 0],
      [0, 7],
      [7, 7],
      [7, 8],
      [8, 40],
    ] as const) {
      const { status, text, type } = await grow(from, to);
      expect({ status, type }).toEqual({ status: 200, type: 'text/plain; charset=utf-8' });
      expect(openNote(`${log.text(to)}\n${text}`, [verifier()]).verifiedBy).toHaveLength(1);
      expect(await stored()).toBe(BigInt(to));
    }
  });

  it('shows monitors the checkpoint it cosigned, signed by the log and by itself', async () => {
    await grow(0, 7);
    const answer = await fetch(`${url}/${toHex(sha256(utf8('log.example')))}/checkpoint`);
    const note = await answer.text();
    expect(answer.status).toBe(200);
    expect(openNote(note, [verifier()]).text).toBe(log.text(7));
    expect(parseNote(note).signatures.map(({ name }) => name)).toEqual(['log.example', 'witness.example/w1']);
    expect((await fetch(`${url}/${toHex(sha256(utf8('stranger.example')))}/checkpoint`)).status).toBe(404);
  });

  it('H1: does not know another log', async () => {
    expect((await add(bodyOf(0, [], stranger.note(3)))).status).toBe(404);
  });

  it('H2: refuses a checkpoint without a good signature by the key of that log', async () => {
    const byStranger = signNote(log.text(7), [stranger.signer]);
    expect((await add(bodyOf(0, [], byStranger))).status).toBe(403);
    const bad = signNote(log.text(7), [{ ...log.signer, sign: () => new Uint8Array(64) }]);
    expect((await add(bodyOf(0, [], bad))).status).toBe(403);
    const oneGoodOneBad = `${log.note(7)}${bad.slice(log.text(7).length + 1)}`;
    expect((await add(bodyOf(0, [], oneGoodOneBad))).status).toBe(403);
    expect(await stored()).toBeUndefined();
  });

  it('H4: says which size it is at when the old size is another', async () => {
    expect(await grow(3, 7)).toMatchObject({ status: 409, text: '0\n', type: 'text/x.tlog.size' });
    await grow(0, 7);
    expect(await grow(0, 9)).toEqual({ status: 409, text: '7\n', type: 'text/x.tlog.size' });
    expect(await grow(8, 9)).toMatchObject({ status: 409, text: '7\n' });
    expect(await stored()).toBe(7n);
  });

  it('H5: refuses a proof that does not hold', async () => {
    await grow(0, 7);
    const proof = await log.proof(7, 20);
    const other = new SignedTree('log.example', 40, { label: 'other' });
    const forged = signNote(log.text(20, other.root(20)), [log.signer]);
    for (const body of [
      bodyOf(7, proof.slice(1), log.note(20)),
      bodyOf(7, [...proof, log.root(1)], log.note(20)),
      bodyOf(7, [...proof].reverse(), log.note(20)),
      bodyOf(7, proof, log.note(21)),
      bodyOf(7, [], log.note(20)),
      bodyOf(7, proof, forged),
    ]) {
      expect((await add(body)).status).toBe(422);
    }
    expect(await stored()).toBe(7n);
  });

  it('H6: refuses another root of the same size, and keeps both signed notes', async () => {
    await grow(0, 7);
    const forked = log.note(7, new SignedTree('log.example', 7, { label: 'fork' }).root(7));
    expect((await add(bodyOf(7, [], forked))).status).toBe(422);
    expect((await add(bodyOf(7, [], forked))).status).toBe(422);
    const kept = await database.sql<
      { known: string; other: string }[]
    >`SELECT known, other FROM monitor_witness_conflict`;
    expect(kept).toHaveLength(1);
    expect(kept[0]?.other).toBe(forked);
    expect(parseNote(kept[0]?.known ?? '').text).toBe(log.text(7));
  });

  it('H7: refuses a proof where there is nothing to prove', async () => {
    expect((await add(bodyOf(0, [log.root(1)], log.note(7)))).status).toBe(422);
  });

  it('G11: refuses an empty tree with a root', async () => {
    expect((await add(bodyOf(0, [], log.note(0, log.root(1))))).status).toBe(422);
  });

  it.each([
    ['an old size above the new one', () => bodyOf(8, [], log.note(7))],
    [
      'H9: 64 lines of proof',
      () =>
        bodyOf(
          0,
          Array.from({ length: 64 }, () => log.root(1)),
          log.note(7),
        ),
    ],
    ['a hash of 31 bytes', () => bodyOf(0, [log.root(1).subarray(1)], log.note(7))],
    ['an old size with a leading zero', () => bodyOf('00', [], log.note(7))],
    ['an old size with a sign', () => bodyOf('+1', [], log.note(7))],
    ['no old size', () => `\n${log.note(7)}`],
    ['no empty line', () => `old 0\n${log.note(7).slice(log.text(7).length + 1)}`],
    ['nothing', () => ''],
    ['carriage returns', () => bodyOf(0, [], log.note(7)).replaceAll('\n', '\r\n')],
  ])('answers 400 to %s', async (_, body) => {
    expect((await add(body())).status).toBe(400);
    expect(await stored()).toBeUndefined();
  });

  it('answers 413 to a body past its cap, 405 to another method, 404 elsewhere', async () => {
    expect((await add(bodyOf(0, [], log.note(7)) + ' '.repeat(70_000))).status).toBe(413);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it('H10: refuses extension lines from a log that cannot have them, and only from such', async () => {
    const extended = (tree: SignedTree): string => signNote(`${tree.text(3)}extension\n`, [tree.signer]);
    expect((await add(bodyOf(0, [], extended(rfc6962)))).status).toBe(400);
    expect((await add(bodyOf(0, [], rfc6962.note(3)))).status).toBe(200);
    const { status, text } = await add(bodyOf(0, [], extended(log)));
    expect(status).toBe(200);
    expect(openNote(`${log.text(3)}extension\n\n${text}`, [verifier()]).verifiedBy).toHaveLength(1);
  });

  it('H11: never goes back, whichever of many parallel requests wins', async () => {
    await grow(0, 5);
    const sizes = Array.from({ length: 30 }, (_, at) => at + 6);
    const answers = await Promise.all(sizes.map(async (size) => ({ size, ...(await grow(5, size)) })));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(await stored()).toBe(BigInt(won[0]?.size ?? 0));
    expect(answers.filter(({ status }) => status !== 200).map(({ status, text }) => [status, text])).toEqual(
      Array.from({ length: 29 }, () => [409, `${won[0]?.size}\n`]),
    );
  });

  it.each([
    [6, 20],
    [20, 6],
  ])(
    'H11: of two requests checked against the same checkpoint (%i, %i), one is cosigned',
    async (first, second) => {
      await grow(0, 5);
      const memory = witnessMemory(database.sql);
      const arrived: (() => void)[] = [];
      const together: WitnessMemory = {
        ...memory,
        latest: async (origin) => {
          const latest = await memory.latest(origin);
          // The first two look-ups end only when both were made; later ones are let through.
          if (arrived.length < 2) {
            await new Promise<void>((go) => {
              arrived.push(go);
              if (arrived.length === 2) for (const each of arrived) each();
            });
          }
          return latest;
        },
      };
      const signer = { name: 'w', key: new Uint8Array(32), sign: () => new Uint8Array(64) };
      const logs = new Map([
        [log.origin, { verifiers: [verifierOfKey(parseVerifierKey(log.vkey))], allowsExtensions: true }],
      ]);
      const witness = { signer, logs, memory: together, now: () => 1n };
      const verdicts = await Promise.all(
        [first, second].map(async (size) =>
          addCheckpoint(witness, utf8(bodyOf(5, await log.proof(5, size), log.note(size)))),
        ),
      );
      expect(verdicts.map(({ kind }) => kind).sort()).toEqual(['conflict', 'cosigned']);
      const winner = verdicts[0]?.kind === 'cosigned' ? first : second;
      expect(await stored()).toBe(BigInt(winner));
      expect(verdicts).toContainEqual({ kind: 'conflict', size: BigInt(winner) });
    },
  );

  it('H11: of many first requests, one is stored', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => grow(0, at + 1)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('H12: is not misled by signature lines in its own name', async () => {
    const forged = `\u2014 witness.example/w1 ${toBase64(new Uint8Array(76).fill(1))}\n`;
    const mine = signNote(log.text(7), [
      { name: 'witness.example/w1', keyId: verifier().keyId, sign: () => new Uint8Array(72) },
    ]);
    const note = `${log.note(7)}${forged}${mine.slice(log.text(7).length + 1)}`;
    expect((await add(bodyOf(0, [], note))).status).toBe(200);
    const [row] = await database.sql<{ note: string }[]>`SELECT note FROM monitor_witnessed`;
    expect(openNote(row?.note ?? '', [verifier()]).signatures).toHaveLength(2);
    expect((await grow(7, 8)).status).toBe(200);
  });
});
