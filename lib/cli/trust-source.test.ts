import { expect, it } from 'vitest';
import { readConfig } from '../server/config.ts';
import { exitCode } from './exit-codes.ts';
import { loadTrust, type TrustOptions } from './trust-source.ts';

const config = readConfig({});
const pin = 'a'.repeat(64);

it.each<[string, TrustOptions]>([
  ['alone', { tufRoot: pin }],
  ['beside --trusted-root', { tufRoot: pin, trustedRoot: 'package.json' }],
  ['beside --public-instance', { tufRoot: pin, publicInstance: true }],
])('refuses a --tuf-root %s: nothing would be held against it', async (_, options) => {
  await expect(loadTrust(options, config)).rejects.toMatchObject({
    code: exitCode.usage,
    message: '--tuf-root goes with --tuf: alone it would pin nothing',
  });
});

it.each<[string, TrustOptions]>([
  ['--tuf and --trusted-root', { tuf: 'https://t.example', tufRoot: pin, trustedRoot: 'package.json' }],
  ['--tuf and --public-instance', { tuf: 'https://t.example', tufRoot: pin, publicInstance: true }],
  ['--trusted-root and --public-instance', { trustedRoot: 'package.json', publicInstance: true }],
  ['--tuf without its root', { tuf: 'https://t.example' }],
])('refuses %s', async (_, options) => {
  await expect(loadTrust(options, config)).rejects.toMatchObject({ code: exitCode.usage });
});
