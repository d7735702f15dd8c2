import { describe, expect, it } from 'vitest';
import { BundleError } from './bundle.ts';
import { readBundle, readBundleJson } from './read-bundle.ts';
import { bundleToJson } from './write-bundle.ts';

const hash = Buffer.alloc(32, 1).toString('base64');
const entry = {
  logIndex: '7',
  logId: { keyId: hash },
  kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
  inclusionProof: {
    logIndex: '7',
    rootHash: hash,
    treeSize: '9',
    hashes: [hash],
    checkpoint: { envelope: 'note' },
  },
  canonicalizedBody: 'e30=',
};
const material = { certificate: { rawBytes: 'MAA=' }, tlogEntries: [entry] };
const messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: hash }, signature: 'AAAA' };
const dsseEnvelope = { payload: '', payloadType: 'text', signatures: [{ sig: 'AAAA', keyid: '' }] };
const v03 = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const good = { mediaType: v03, verificationMaterial: material, messageSignature };
const older = (version: string) => `application/vnd.dev.sigstore.bundle+json;version=${version}`;

const withMaterial = (more: object) => ({ ...good, verificationMaterial: { ...material, ...more } });
const withEntry = (more: object) => withMaterial({ tlogEntries: [{ ...entry, ...more }] });
const { certificate: _, ...uncertified } = material;
const withChain = (mediaType: string) => ({
  ...good,
  mediaType,
  verificationMaterial: { ...uncertified, x509CertificateChain: { certificates: [{ rawBytes: 'MAA=' }] } },
});

function codeOf(json: unknown): string {
  try {
    readBundleJson(json);
    return 'read';
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
}

describe('is read', () => {
  it.each<[string, unknown]>([
    ['a bundle 0.3', good],
    ['its older media type', { ...good, mediaType: older('0.3') }],
    ['a chain in 0.2', withChain(older('0.2'))],
    ['an envelope', { ...good, messageSignature: null, dsseEnvelope }],
    ['null for what is absent', withEntry({ inclusionPromise: null, integratedTime: '0' })],
    ['a number as a number', withEntry({ logIndex: 7 })],
    [
      'a 0.1 with a promise alone',
      {
        ...withEntry({ inclusionProof: undefined, inclusionPromise: { signedEntryTimestamp: 'AAAA' } }),
        mediaType: older('0.1'),
      },
    ],
    ['URL-safe base64, as protojson may have it', { ...good, messageSignature: { signature: '__8' } }],
  ])('%s', (_, json) => expect(codeOf(json)).toBe('read'));

  it('and written again means the same', () => {
    expect(readBundleJson(bundleToJson(readBundleJson(good)))).toEqual(readBundleJson(good));
  });
});

describe('is refused', () => {
  it.each<[string, unknown]>([
    ['a chain in 0.3', withChain(v03)],
    ['two kinds of key material', withMaterial({ publicKey: { hint: 'x' } })],
    ['no key material', { ...good, verificationMaterial: uncertified }],
    [
      'an empty chain',
      {
        ...withChain(older('0.2')),
        verificationMaterial: { ...uncertified, x509CertificateChain: { certificates: [] } },
      },
    ],
    ['a 0.1 without promise', { ...good, mediaType: older('0.1') }],
    ['a 0.2 without proof', { ...withEntry({ inclusionProof: undefined }), mediaType: older('0.2') }],
    [
      'a proof without checkpoint',
      withEntry({ inclusionProof: { ...entry.inclusionProof, checkpoint: null } }),
    ],
    ['two contents', { ...good, dsseEnvelope }],
    ['no content', { ...good, messageSignature: null }],
    [
      'two signatures in an envelope',
      {
        ...good,
        messageSignature: null,
        dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig: 'AAAA' }, { sig: 'AAAA' }] },
      },
    ],
    [
      'no signature in an envelope',
      { ...good, messageSignature: null, dsseEnvelope: { ...dsseEnvelope, signatures: [] } },
    ],
    ['an empty signature', { ...good, messageSignature: { signature: '' } }],
    ['an unknown field', { ...good, more: 1 }],
    ['an unknown field deep inside', withEntry({ more: 1 })],
    [
      'an unknown hash',
      {
        ...good,
        messageSignature: { messageDigest: { algorithm: 'SHA1', digest: hash }, signature: 'AAAA' },
      },
    ],
    [
      'an inherited name for a hash',
      {
        ...good,
        messageSignature: { messageDigest: { algorithm: 'constructor', digest: hash }, signature: 'AAAA' },
      },
    ],
    ['bad base64', { ...good, messageSignature: { signature: 'A' } }],
    ['base64 with unused bits', { ...good, messageSignature: { signature: 'AB==' } }],
    ...[-1, 1.5, 2 ** 53, '-1', '+1', '01', '1e3', '', ' 1', '9223372036854775808', true].map(
      (logIndex): [string, unknown] => [`log index ${JSON.stringify(logIndex)}`, withEntry({ logIndex })],
    ),
    [
      '65 hashes in a proof',
      withEntry({ inclusionProof: { ...entry.inclusionProof, hashes: Array(65).fill(hash) } }),
    ],
    ['17 entries', withMaterial({ tlogEntries: Array.from({ length: 17 }, () => entry) })],
    [
      '17 timestamps',
      withMaterial({
        timestampVerificationData: {
          rfc3161Timestamps: Array.from({ length: 17 }, () => ({ signedTimestamp: 'AAAA' })),
        },
      }),
    ],
    ['a list', []],
    ['nothing', null],
  ])('%s', (_, json) => expect(codeOf(json)).toBe('bundle-malformed'));

  it('a version from the future, and what is only like one', () => {
    for (const mediaType of [older('0.4'), older('99.9'), `${v03} `, 'application/json', 'constructor']) {
      expect(codeOf({ ...good, mediaType })).toBe('bundle-unknown-version');
    }
  });

  it('a bundle that names a member twice, since readers differ in which of the two they take', () => {
    const text = JSON.stringify(good);
    expect(readBundle(text).version).toBe('0.3');
    for (const [member, other] of [
      ['"messageSignature":', '"messageSignature":null,'],
      ['"logIndex":"7"', '"logIndex":"8",'],
      ['"rawBytes":', '"raw\\u0042ytes":"AAAA",'],
    ] as const) {
      const twice = text.replace(member, `${other}${member}`);
      expect(() => readBundle(twice)).toThrow(expect.objectContaining({ code: 'bundle-malformed' }) as Error);
    }
  });

  it('what is no JSON, and what is too long to be looked at', () => {
    expect(() => readBundle('{')).toThrow(BundleError);
    expect(() => readBundle(' '.repeat(33 * 1024 * 1024))).toThrow(/32 MiB/);
  });
});
