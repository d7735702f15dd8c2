import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { refuseLogsFile } from './logs-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-logs-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'logs.json');

const newKey = () =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const key = newKey();
const tiles = { kind: 'rekor-v2', url: 'https://log.example/api/v2', origin: 'log.example', publicKey: key };
const other = { kind: 'rekor-v1', url: 'https://v1.example', publicKey: newKey() };

async function refusal(content: unknown): Promise<string | undefined> {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return refuseLogsFile(file);
}

it('takes logs of others, and a shard that has ended beside its successor', async () => {
  expect(await refusal({ logs: [tiles, other] })).toBeUndefined();
  expect(
    await refusal({
      logs: [
        { ...tiles, ended: true },
        { ...tiles, publicKey: newKey() },
      ],
    }),
  ).toBeUndefined();
  expect(await refusal({ logs: [other, { ...other, publicKey: newKey() }] })).toBeUndefined();
});

it.each<[string, unknown, string]>([
  ['no JSON', '{"logs": [', `${file} is not JSON: Unexpected end of JSON input`],
  [
    'a member twice',
    '{"logs": [], "logs": []}',
    `${file} is not JSON: logs stands there twice or names no member`,
  ],
  ['no object', [], 'the file must be of type object'],
  ['a member nobody knows', { log: [] }, 'the file has "log", which nobody knows here'],
  [
    'one in a log',
    { logs: [tiles, { ...other, witnes: 1 }] },
    'logs[1] has "witnes", which nobody knows here',
  ],
  [
    'an unknown kind',
    { logs: [{ ...tiles, kind: 'v2' }] },
    'logs[0].kind must say which kind of log it is: rekor-v2, rekor-v1 or ct',
  ],
  ['no address', { logs: [{ ...tiles, url: undefined }] }, 'logs[0].url is missing'],
  [
    'another address',
    { logs: [{ ...tiles, url: 'ftp://x/' }] },
    'logs[0].url must be an address that begins with http:// or https://',
  ],
  [
    'no key',
    { logs: [{ ...other, publicKey: 'AAAA' }] },
    'logs[0].publicKey must be a public key: base64 of its SubjectPublicKeyInfo (DER)',
  ],
  [
    'a preset nobody knows',
    { trustRoots: [{ preset: 'sigstor' }] },
    'trustRoots[0].preset must be one of sigstore',
  ],
  [
    'a root of two kinds',
    { trustRoots: [{ preset: 'sigstore', file: 'x' }] },
    'trustRoots[0] must have a preset, a file, or tuf and root, and nothing else but start',
  ],
  [
    'no such file',
    { trustRoots: [{ file: './none.json' }] },
    `the file ${join(folder, 'none.json')} cannot be read`,
  ],
  ['a log twice', { logs: [tiles, other, tiles] }, 'logs[0] and logs[2] are the same log'],
  [
    'a name twice',
    {
      logs: [
        { ...tiles, name: 'a' },
        { ...other, name: 'a' },
      ],
    },
    'logs[0] and logs[1] are both called "a", nobody could tell them apart',
  ],
  [
    'an origin with two keys',
    { logs: [tiles, { ...tiles, publicKey: newKey() }] },
    'logs[0] and logs[1] have one origin and two keys; one that takes no more entries is marked with "ended": true',
  ],
])('says of %s one sentence', async (_, content, sentence) => {
  expect(await refusal(content)).toBe(`LOGS_FILE: ${sentence}`);
});
