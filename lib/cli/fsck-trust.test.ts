import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { trustFor } from './fsck-trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-fsck-trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const makeKey = (): Uint8Array => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
};
const listed = (baseUrl: string, spki: Uint8Array) => ({
  baseUrl,
  hashAlgorithm: 'SHA2_256',
  publicKey: {
    rawBytes: toBase64(spki),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: { start: '2026-01-01T00:00:00Z' },
  },
  logId: { keyId: toBase64(sha256(spki)) },
});

const url = 'http://log.example';
const [rekor, first, second, twin] = [makeKey(), makeKey(), makeKey(), makeKey()] as const;
const trustedRoot = join(folder, 'root.json');
writeFileSync(
  trustedRoot,
  JSON.stringify({
    mediaType: trustedRootMediaType,
    tlogs: [listed(url, rekor)],
    ctlogs: [listed(url, first), listed(`${url}/ct-2`, second), listed(`${url}/ct-2`, twin)],
  }),
);

it('of certificate logs below one another the nearest is meant, with every key it is listed with', async () => {
  for (const kind of ['ct', undefined] as const)
    expect(await trustFor(`${url}/ct-2`, { trustedRoot, kind })).toEqual({
      kind: 'ct',
      publicKeys: [second, twin],
    });
});

it('the first one is found at its address and by its name, when a certificate log is asked for', async () => {
  for (const at of [url, `${url}/ct`])
    expect(await trustFor(at, { trustedRoot, kind: 'ct' })).toEqual({ kind: 'ct', publicKeys: [first] });
});

it('the Rekor logs of an address come first when nobody says which is meant', async () => {
  for (const at of [url, `${url}/api/v2`, `${url}/rekor-v1`])
    expect(await trustFor(at, { trustedRoot })).toMatchObject({ kind: 'tiles' });
});
