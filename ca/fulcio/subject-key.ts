/**
 * The key a certificate is asked for: one strict SubjectPublicKeyInfo of a kind and size every client can verify, and
 * none that is known to be weak.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { fromPem } from '#lib/encoding/pem.ts';
import { equal, readUint, toHex } from '#lib/encoding/bytes.ts';
import { IssuanceError } from './issuance-error.ts';

export interface SubjectKey {
  /** SubjectPublicKeyInfo as DER, the one canonical encoding. */
  readonly spki: Uint8Array;
  readonly key: KeyObject;
  /** The digest that goes with the key; null for Ed25519, which brings its own. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** Object identifier of the signature algorithm of key and digest together. */
  readonly signatureAlgorithm: string;
}

/** A SubjectPublicKeyInfo in PEM or bare, or a PKCS#1 RSA key in PEM as some clients write it. */
export function readSubjectKey(content: string | Uint8Array): SubjectKey {
  if (typeof content !== 'string') return checkSubjectKey(content, 'spki');
  const blocks = fromPem(content);
  const [block] = blocks ?? [];
  if (block === undefined || blocks?.length !== 1) throw unparsable('not one PEM block');
  if (block.label === 'PUBLIC KEY') return checkSubjectKey(block.bytes, 'spki');
  if (block.label === 'RSA PUBLIC KEY') return checkSubjectKey(block.bytes, 'pkcs1');
  // Never say more, and never log the body: this may well be somebody's private key.
  throw unparsable('not a public key');
}

export function checkSubjectKey(der: Uint8Array, type: 'spki' | 'pkcs1'): SubjectKey {
  const key = importKey(der, type);
  if (type === 'spki' && isPlainP256(der)) return { spki: der, key, ...p256 };
  const spki = Uint8Array.from(key.export({ format: 'der', type: 'spki' }));
  // One key, one encoding: trailing bytes, odd parameters and compressed points would make two of one.
  if (type === 'spki' && !equal(spki, der)) throw unparsable('not the canonical encoding');
  return { spki, key, ...fitness(key, spki) };
}

function importKey(der: Uint8Array, type: 'spki' | 'pkcs1'): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type });
  } catch (cause) {
    throw unparsable('not a public key', cause);
  }
}

type Fitness = Pick<SubjectKey, 'digest' | 'signatureAlgorithm'>;

const p256: Fitness = { digest: 'sha256', signatureAlgorithm: '1.2.840.10045.4.3.2' };
// RFC 5480 §2: the only DER of a P-256 key with its point uncompressed begins so; 64 bytes of coordinates follow.
const p256Prefix = Uint8Array.from(
  Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
);

/** Nearly every key there is: to write it out again for comparison would cost as much as to verify with it. */
function isPlainP256(der: Uint8Array): boolean {
  return der.length === p256Prefix.length + 64 && equal(der.subarray(0, p256Prefix.length), p256Prefix);
}

const curves: Readonly<Record<string, Fitness & { readonly spkiBytes: number }>> = {
  prime256v1: { ...p256, spkiBytes: 91 },
  secp384r1: { digest: 'sha384', signatureAlgorithm: '1.2.840.10045.4.3.3', spkiBytes: 120 },
  secp521r1: { digest: 'sha512', signatureAlgorithm: '1.2.840.10045.4.3.4', spkiBytes: 158 },
};

function fitness(key: KeyObject, spki: Uint8Array): Fitness {
  if (key.asymmetricKeyType === 'ec') {
    const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
    if (curve === undefined) throw insecure('the curve is not P-256, P-384 or P-521');
    if (spki.length !== curve.spkiBytes) throw unparsable('the point is not uncompressed');
    return { digest: curve.digest, signatureAlgorithm: curve.signatureAlgorithm };
  }
  if (key.asymmetricKeyType === 'ed25519') {
    if (isSmallOrder(spki.subarray(-32))) throw insecure('the point has small order');
    return { digest: null, signatureAlgorithm: '1.3.101.112' };
  }
  if (key.asymmetricKeyType !== 'rsa') throw insecure('the kind of key is not accepted');
  checkRsa(key);
  return { digest: 'sha256', signatureAlgorithm: '1.2.840.113549.1.1.11' };
}

function checkRsa(key: KeyObject): void {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== 2048 && modulusLength !== 3072 && modulusLength !== 4096) {
    throw insecure('the modulus is not of 2048, 3072 or 4096 bits');
  }
  if (
    publicExponent === undefined ||
    publicExponent < 65_537n ||
    publicExponent > 0xffff_ffffn ||
    publicExponent % 2n === 0n
  ) {
    throw insecure('the exponent is out of range');
  }
  const modulus = readUint(Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url'));
  if (smallPrimes.some((prime) => modulus % prime === 0n)) throw insecure('the modulus has a small factor');
  if (hasRocaFingerprint(modulus)) throw insecure('the modulus has the mark of CVE-2017-15361');
}

const smallPrimes: readonly bigint[] = Array.from({ length: 750 }, (_, at) => at + 2)
  .filter((n) => Array.from({ length: n - 2 }, (_, at) => at + 2).every((d) => d * d > n || n % d !== 0))
  .map(BigInt);

// CVE-2017-15361: primes of the broken library are k·M + (65537^a mod M), so the modulus is a power of 65537 modulo
// every small prime. A sound modulus passes all of these by chance once in 2^27.
const rocaPowers = smallPrimes
  .filter((prime) => prime > 2n && prime <= 167n)
  .map((prime) => {
    const powers = new Set<bigint>();
    for (let power = 1n; !powers.has(power); power = (power * 65_537n) % prime) powers.add(power);
    return { prime, powers };
  });

function hasRocaFingerprint(modulus: bigint): boolean {
  return rocaPowers.every(({ prime, powers }) => powers.has(modulus % prime));
}

// The seven y-coordinates of the points of order 1, 2, 4 and 8, non-canonical spellings included; sign bit cleared.
const smallOrder: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

function isSmallOrder(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] ?? 0) & 0x7f;
  return smallOrder.has(toHex(y));
}

function unparsable(why: string, cause?: unknown): IssuanceError {
  return new IssuanceError('key-unparsable', `The public key cannot be read: ${why}.`, { cause });
}

function insecure(why: string): IssuanceError {
  return new IssuanceError('key-insecure', `The public key is not accepted: ${why}.`);
}
