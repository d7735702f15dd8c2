import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { formatHashedRekord, parseHashedRekord, type HashedRekord } from './hashedrekord.ts';

const entry: HashedRekord = {
  digestAlgorithm: 'SHA2_256',
  digest: new Uint8Array(32).fill(7),
  signature: Uint8Array.of(1, 2, 3),
  verifier: { kind: 'certificate', bytes: Uint8Array.of(0x30, 0) },
  keyDetails: 'PKIX_ECDSA_P256_SHA_256',
};

it('is the one spelling that a JSON canonicaliser gives the same fields', () => {
  const leaf = fromUtf8(formatHashedRekord(entry));
  expect(leaf).toBe(
    '{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256",' +
      '"digest":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="},"signature":{"content":"AQID","verifier":' +
      '{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"MAA="}}}}}}',
  );
  // RFC 8785 §3.2.3: members sorted by name, at every level.
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, member]) => [name, sorted(member)]),
        )
      : value;
  for (const kind of ['certificate', 'publicKey'] as const) {
    const text = fromUtf8(formatHashedRekord({ ...entry, verifier: { ...entry.verifier, kind } }));
    expect(JSON.stringify(sorted(JSON.parse(text)))).toBe(text);
  }
});

it('reads back every entry it writes', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const kind = fc.constantFrom('certificate' as const, 'publicKey' as const);
  fc.assert(
    fc.property(bytes, bytes, kind, (signature, verifier, kind) => {
      const written = { ...entry, signature, verifier: { kind, bytes: verifier } };
      expect(parseHashedRekord(formatHashedRekord(written))).toEqual(written);
    }),
  );
});

describe('refuses', () => {
  const text = fromUtf8(formatHashedRekord(entry));
  it.each([
    ['a space', text.replace('":"', '": "'), 'other-kind'],
    ['an added member', text.replace('"signature":{', '"x":1,"signature":{'), 'malformed'],
    ['bytes behind', `${text} `, 'malformed'],
    ['a digest of another length', text.replace('SHA2_256', 'SHA2_512'), 'malformed'],
    ['another alphabet', text.replace('AQID', 'AQ-D'), 'malformed'],
    ['unused bits in base64', text.replace('MAA=', 'MAB='), 'malformed'],
    ['an empty signature', text.replace('AQID', ''), 'malformed'],
    ['another kind', text.replace('hashedrekord', 'dsse'), 'other-kind'],
    ['another version', text.replace('0.0.2', '0.0.1'), 'other-kind'],
  ])('%s', (_, changed, code) => {
    expect(() => parseHashedRekord(utf8(changed))).toThrow(expect.objectContaining({ code }));
  });

  it('what is not text', () => {
    expect(() => parseHashedRekord(Uint8Array.of(0xff))).toThrow(
      expect.objectContaining({ code: 'other-kind' }),
    );
  });
});

const folder = join(import.meta.dirname, '../../../shared/vectors/conformance/bundle-verify');
it.skipIf(!existsSync(folder))(
  'reads and rebuilds the entries of real Rekor v2 logs (../shared/vectors)',
  () => {
    let seen = 0;
    for (const name of readdirSync(folder).filter(
      (name) => name.startsWith('rekor2-') && !name.endsWith('_fail'),
    )) {
      const bundle = JSON.parse(readFileSync(join(folder, name, 'bundle.sigstore.json'), 'utf8')) as {
        verificationMaterial: { tlogEntries: { canonicalizedBody: string }[] };
      };
      for (const { canonicalizedBody } of bundle.verificationMaterial.tlogEntries) {
        const leaf = Uint8Array.from(Buffer.from(canonicalizedBody, 'base64'));
        expect(formatHashedRekord(parseHashedRekord(leaf))).toEqual(leaf);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(5);
  },
);
