import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromHex, fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { readRekorEntry } from '#lib/identity/from-entry.ts';
import { formatDsseV1, preAuthenticationEncoding } from './dsse-v1.ts';
import { formatHashedRekordV1, type V1Hash } from './hashedrekord-v1.ts';
import { formatIntotoV1 } from './intoto-v1.ts';
import { readPemVerifier, type PemVerifier } from './pem-verifier.ts';
import { readEntryV1 } from './read-entry-v1.ts';

interface Hash {
  algorithm: V1Hash;
  value: string;
}
interface Body {
  kind: string;
  apiVersion: string;
  spec: {
    data: { hash: Hash };
    signature: { content: string; publicKey: { content: string } };
    envelopeHash: Hash;
    payloadHash: Hash;
    signatures: { signature: string; verifier: string }[];
    content: {
      envelope: { payloadType: string; signatures: { sig: string; publicKey: string; keyid?: string }[] };
      hash: Hash;
      payloadHash: Hash;
    };
  };
}

const bytes = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array(0);
const hex = ({ value }: Hash): Uint8Array => fromHex(value) ?? new Uint8Array(0);
function verifierOf(content: string): PemVerifier {
  const verifier = readPemVerifier(content);
  if (verifier === undefined) throw new Error('no verifier');
  return verifier;
}

/** The leaf made anew from what it says. */
function rebuilt({ kind, apiVersion, spec }: Body): Uint8Array | undefined {
  switch (`${kind}/${apiVersion}`) {
    case 'hashedrekord/0.0.1': {
      const { algorithm } = spec.data.hash;
      const verifier = verifierOf(spec.signature.publicKey.content);
      return formatHashedRekordV1({
        algorithm,
        digest: hex(spec.data.hash),
        signature: bytes(spec.signature.content),
        verifier,
      });
    }
    case 'dsse/0.0.1': {
      const signatures = spec.signatures.map((one) => ({
        signature: bytes(one.signature),
        verifier: verifierOf(one.verifier),
      }));
      return formatDsseV1({
        envelopeHash: hex(spec.envelopeHash),
        payloadHash: hex(spec.payloadHash),
        signatures,
      });
    }
    case 'intoto/0.0.2': {
      const { envelope, hash, payloadHash } = spec.content;
      const signatures = envelope.signatures.map(({ sig, publicKey, keyid = '' }) => ({
        signature: bytes(fromUtf8(bytes(sig))),
        verifier: verifierOf(publicKey),
        keyid,
      }));
      return formatIntotoV1({
        payloadType: envelope.payloadType,
        signatures,
        hash: hex(hash),
        payloadHash: hex(payloadHash),
      });
    }
    default:
      return undefined;
  }
}

const folder = join(import.meta.dirname, '../../../shared/vectors/conformance/bundle-verify');
describe.skipIf(!existsSync(folder))('entries of the public log (../shared/vectors)', () => {
  const bodies = new Map<string, Uint8Array>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const file = join(folder, name, 'bundle.sigstore.json');
    if (!name.startsWith('happy-path') || !existsSync(file)) continue;
    const { verificationMaterial } = JSON.parse(readFileSync(file, 'utf8')) as {
      verificationMaterial: { tlogEntries: { canonicalizedBody: string }[] };
    };
    for (const { canonicalizedBody } of verificationMaterial.tlogEntries)
      bodies.set(name, bytes(canonicalizedBody));
  }

  it('are made anew, byte for byte', () => {
    const seen = new Set<string>();
    for (const [name, leaf] of bodies) {
      const body = JSON.parse(fromUtf8(leaf)) as Body;
      const again = rebuilt(body);
      if (again === undefined) continue;
      seen.add(body.kind);
      expect(fromUtf8(again), name).toBe(fromUtf8(leaf));
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining(['dsse', 'hashedrekord']) as unknown);
  });
});

it('encodes what a DSSE signature is over as the example of its protocol', () => {
  const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', utf8('hello world'));
  expect(fromUtf8(encoded)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

it.each([
  '',
  '%',
  'bm90IFBFTQ==',
  Buffer.from('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n').toString('base64'),
])('reads no verifier in %j', (content) => {
  expect(readPemVerifier(content)).toBeUndefined();
});

describe('a leaf read back', () => {
  const key =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR+I977kOhCxyFxUC9x/+0x/0H9c4gCrFWAEFTZWRNDXn4G9Owzq6nk2SyHFYCgFN8Ul5SnXpZZBkWHQFTOA==';
  const content = Buffer.from(
    `-----BEGIN PUBLIC KEY-----\n${key.slice(0, 64)}\n${key.slice(64)}\n-----END PUBLIC KEY-----\n`,
  );
  const verifier = readPemVerifier(content.toString('base64'));
  const signature = Uint8Array.of(1, 2, 3);
  const hash = new Uint8Array(32).fill(7);
  const read = (leaf: Uint8Array) => readEntryV1(JSON.parse(fromUtf8(leaf)));

  it('says what was signed and by whom, for each kind', () => {
    if (verifier === undefined) throw new Error('no verifier');
    const signed = [{ signature, verifier, keyid: '' }];
    const common = { digestAlgorithm: 'SHA2_256', digest: hash, verifiers: [verifier] };
    expect(read(formatHashedRekordV1({ algorithm: 'sha256', digest: hash, signature, verifier }))).toEqual({
      kind: 'hashedrekord',
      ...common,
    });
    expect(read(formatDsseV1({ envelopeHash: signature, payloadHash: hash, signatures: signed }))).toEqual({
      kind: 'dsse',
      ...common,
    });
    const intoto = { payloadType: 'application/"x', signatures: signed, hash: signature, payloadHash: hash };
    expect(readRekorEntry(formatIntotoV1(intoto))).toMatchObject({
      kind: 'dsse',
      digest: { algorithm: 'SHA2_256', bytes: hash },
      keys: [sha256(bytes(key))],
    });
    expect(read(formatIntotoV1(intoto))).toEqual({ kind: 'dsse', ...common });
  });

  it.each([
    null,
    {},
    { kind: 'rekord', apiVersion: '0.0.1', spec: {} },
    { kind: 'dsse', apiVersion: '0.0.1', spec: {} },
  ])('is no entry: %j', (leaf) => {
    expect(readEntryV1(leaf)).toBeUndefined();
  });
});
