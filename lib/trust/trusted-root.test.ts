import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { nameText } from '#lib/x509/name.ts';
import {
  ed25519LogId,
  isValidAt,
  readTrustedRoot,
  TrustedRootError,
  trustedRootMediaType,
} from './trusted-root.ts';

/** The public instance's own file, as the sigstore client ships it. */
function publicRoot(): Record<string, unknown> {
  const require = createRequire(import.meta.url);
  const tuf = createRequire(require.resolve('sigstore')).resolve('@sigstore/tuf');
  const seeds = JSON.parse(readFileSync(tuf.replace(/dist\/index\.js$/, 'seeds.json'), 'utf8')) as Record<
    string,
    { targets: Record<string, string> }
  >;
  const target = seeds['https://tuf-repo-cdn.sigstore.dev']?.targets['trusted_root.json'] ?? '';
  return JSON.parse(Buffer.from(target, 'base64').toString('utf8')) as Record<string, unknown>;
}

type Listed = {
  publicKey: { validFor: object; keyDetails: string };
  logId: { keyId: string };
  baseUrl: string;
}[];

describe('readTrustedRoot', () => {
  it('reads the public instance: every log key proven against its id, every chain parsed', () => {
    const root = readTrustedRoot(publicRoot());
    expect(root.tlogs.map(({ logIdForm }) => logIdForm)).toContain('spki');
    expect(root.ctlogs.length).toBeGreaterThan(0);
    const issuer = root.certificateAuthorities.at(-1)?.chain[0];
    expect(issuer && nameText(issuer.subject)).toContain('sigstore-intermediate');
  });

  it('refuses a log whose id is not that of its key', () => {
    const root = publicRoot();
    const [first] = root['tlogs'] as Listed;
    if (first) first.logId.keyId = Buffer.alloc(32, 1).toString('base64');
    expect(() => readTrustedRoot(root)).toThrow(TrustedRootError);
  });

  it.each([
    ['http://localhost:3002', 'localhost'],
    ['https://log.example.com/', 'log.example.com'],
    ['https://log.example.com/2026', 'log.example.com/2026'],
    ['https://log.example.com:8443', 'log.example.com:8443'],
  ])('knows a Rekor v2 log at %s by the name its id was made of: %s', (baseUrl, origin) => {
    const spki = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
    const log = {
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: spki.toString('base64'),
        keyDetails: 'PKIX_ED25519',
        validFor: { start: '2026-01-01T00:00:00Z' },
      },
      logId: { keyId: Buffer.from(ed25519LogId(origin, spki.subarray(-32))).toString('base64') },
    };
    const read = readTrustedRoot({ mediaType: trustedRootMediaType, tlogs: [log] }).tlogs[0];
    expect(read).toMatchObject({ origin, logIdForm: 'note-key' });
    const elsewhere = { ...log, baseUrl: 'https://other.example.com' };
    expect(() => readTrustedRoot({ mediaType: trustedRootMediaType, tlogs: [elsewhere] })).toThrow(
      TrustedRootError,
    );
  });

  it('refuses a log that does not say since when its key holds', () => {
    const root = publicRoot();
    const [first] = root['tlogs'] as Listed;
    if (first) first.publicKey.validFor = {};
    expect(() => readTrustedRoot(root)).toThrow(TrustedRootError);
  });

  it('counts both ends of a validity as inside', () => {
    const [start, end] = [new Date(1000), new Date(2000)];
    expect([999, 1000, 2000, 2001].map((at) => isValidAt({ start, end }, new Date(at)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
