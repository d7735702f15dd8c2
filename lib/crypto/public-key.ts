/**
 * SubjectPublicKeyInfo, RFC 5280 §4.1, read strictly: the three families that Sigstore clients sign with
 * (RFC 5480 §2 for ECDSA, RFC 8410 §3 for Ed25519, RFC 3279 §2.3.1 for RSA).
 */
import {
  DerError,
  DerReader,
  readBitString,
  readOid,
  readSingle,
  readUnsigned,
  tag,
} from '#lib/encoding/der-reader.ts';

export type Curve = 'P-256' | 'P-384' | 'P-521';

export interface EcdsaPublicKey {
  readonly kind: 'ecdsa';
  readonly curve: Curve;
  /** 0x04 || x || y. Whether it lies on the curve is checked where it is used. */
  readonly point: Uint8Array;
  readonly spki: Uint8Array;
}

export interface Ed25519PublicKey {
  readonly kind: 'ed25519';
  readonly raw: Uint8Array;
  readonly spki: Uint8Array;
}

export interface RsaPublicKey {
  readonly kind: 'rsa';
  readonly bits: number;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly spki: Uint8Array;
}

export type PublicKey = EcdsaPublicKey | Ed25519PublicKey | RsaPublicKey;

const oids = {
  ecPublicKey: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  rsaEncryption: '1.2.840.113549.1.1.1',
} as const;

const curves: Record<string, { curve: Curve; fieldSize: number }> = {
  '1.2.840.10045.3.1.7': { curve: 'P-256', fieldSize: 32 },
  '1.3.132.0.34': { curve: 'P-384', fieldSize: 48 },
  '1.3.132.0.35': { curve: 'P-521', fieldSize: 66 },
};

/** Throws DerError when the bytes are not exactly one key of a family above. */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const outer = new DerReader(readSingle(spki, tag.sequence).contents);
  const algorithm = outer.enter(tag.sequence);
  const bits = readBitString(outer.next(tag.bitString).contents);
  outer.end();
  switch (readOid(algorithm.next(tag.oid).contents)) {
    case oids.ecPublicKey:
      return readEcdsa(algorithm, bits, spki);
    case oids.ed25519:
      algorithm.end();
      if (bits.length !== 32) throw new DerError('an Ed25519 key is 32 bytes');
      return { kind: 'ed25519', raw: bits, spki };
    case oids.rsaEncryption:
      return readRsa(algorithm, bits, spki);
    default:
      throw new DerError('unknown kind of public key');
  }
}

function readEcdsa(algorithm: DerReader, point: Uint8Array, spki: Uint8Array): EcdsaPublicKey {
  const named = curves[readOid(algorithm.next(tag.oid).contents)];
  algorithm.end();
  if (named === undefined) throw new DerError('unknown curve');
  // RFC 5480 §2.2: uncompressed MUST be supported; a compressed point would give one key two encodings.
  if (point[0] !== 4 || point.length !== 1 + 2 * named.fieldSize)
    throw new DerError('point is not uncompressed');
  return { kind: 'ecdsa', curve: named.curve, point, spki };
}

function readRsa(algorithm: DerReader, bits: Uint8Array, spki: Uint8Array): RsaPublicKey {
  if (algorithm.next(tag.null).contents.length !== 0) throw new DerError('not a NULL');
  algorithm.end();
  const key = new DerReader(readSingle(bits, tag.sequence).contents);
  const modulus = readUnsigned(key.next(tag.integer).contents);
  const exponent = readUnsigned(key.next(tag.integer).contents);
  key.end();
  const modulusBits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  return { kind: 'rsa', bits: modulusBits, modulus, exponent, spki };
}
