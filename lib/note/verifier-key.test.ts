import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { logIdOf } from './log-verifier.ts';
import { openNote } from './signed-note.ts';
import { formatVerifierKey, parseVerifierKey, verifierOfKey } from './verifier-key.ts';

const example = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

it('reads and writes the key of the specification', () => {
  const key = parseVerifierKey(example);
  expect(key).toMatchObject({ name: 'example.com/foo', type: 'ed25519' });
  expect(formatVerifierKey(key)).toBe(example);
});

it('opens with it nothing that it did not sign', () => {
  const verifier = verifierOfKey(parseVerifierKey(example));
  expect(verifier.verify(utf8('x'), new Uint8Array(64))).toBe(false);
  const id = fromBase64('Uw2QOg==');
  expect(verifier.keyId).toEqual(id);
  const forged = `x\n\n\u2014 example.com/foo Uw2QOgAAAA==\n`;
  expect(() => openNote(forged, [verifier])).toThrow(expect.objectContaining({ code: 'bad-signature' }));
});

it('reads an ECDSA key, whose id is that of its SubjectPublicKeyInfo', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  const keyId = logIdOf('log.example', key).slice(0, 4);
  const text = formatVerifierKey({ name: 'log.example', keyId, type: 'ecdsa', key });
  expect(verifierOfKey(parseVerifierKey(text)).keyId).toEqual(keyId);
});

it.each([
  ['', 'empty'],
  ['example.com/foo', 'a name alone'],
  [example.replace('530d903a', '530d903b'), 'the id of another key'],
  [example.replace('example.com/foo', 'example.com/bar'), 'another name'],
  [example.replace('+Ae', '+Be'), 'an unknown type'],
  [example.slice(0, -4), 'a key cut short'],
  [example.replace('530d903a', '530D903A'), 'another spelling'],
  [`${example} `, 'a space behind'],
])('refuses %j: %s', (text) => {
  expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
});
