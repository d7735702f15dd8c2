/**
 * ECDSA over a digest where node:crypto is. Node has no function that verifies a digest, only one that wants the message,
 * and a log entry has no message. What Node has is ECDH, whose scalar multiplication is native: with R = u1*G + u2*Q and
 * u1 = z/s, u2 = r/s, it is R = u2 * ((z/r)*G + Q), two native multiplications and one addition (SEC 1 §4.1.4).
 * All of it is public data, so timing gives nothing away.
 */
import { createECDH, type ECDH } from 'node:crypto';
import { readEcdsaSignature } from '../ecdsa-signature.ts';
import type { Curve } from '../public-key.ts';

interface CurveNumbers {
  readonly name: string;
  readonly size: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
}

// FIPS 186-4 appendix D.1.2; a = -3 on all three.
const curves: Record<Curve, CurveNumbers> = {
  'P-256': {
    name: 'prime256v1',
    size: 32,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    name: 'secp384r1',
    size: 48,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    name: 'secp521r1',
    size: 66,
    p: (1n << 521n) - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

/** `point` is 0x04 || x || y, `signature` DER. A signature with the larger s is as good as its twin (SEC 1 §4.1.4). */
export function verifyEcdsaDigest(
  curve: Curve,
  point: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const numbers = curves[curve];
  const read = readEcdsaSignature(signature, numbers.n);
  const q = readPoint(point, numbers);
  if (read === undefined || q === undefined || digest.length === 0) return false;
  const { r, s } = read;
  const { n } = numbers;
  const z = leftmostBits(digest, n);
  // One inversion for both 1/r and 1/s.
  const inverse = invert((r * s) % n, n);
  const zOverR = (z * ((inverse * s) % n)) % n;
  const u2 = (r * ((inverse * r) % n)) % n;
  const sum = zOverR === 0n ? q : add(multiplyBase(zOverR, numbers), q, numbers.p);
  if (sum === undefined) return false;
  return multiplyX(u2, sum, numbers) % n === r;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** SEC 1 §3.2.2.1: coordinates below p, and on the curve. The cofactor is 1, so nothing else is left to check. */
function readPoint(point: Uint8Array, { size, p, b }: CurveNumbers): Point | undefined {
  if (point.length !== 1 + 2 * size || point[0] !== 4) return undefined;
  const x = fromBytes(point.subarray(1, 1 + size));
  const y = fromBytes(point.subarray(1 + size));
  if (x >= p || y >= p) return undefined;
  const right = (((x * x - 3n) % p) * x + b) % p;
  return (y * y - right) % p === 0n ? { x, y } : undefined;
}

/** FIPS 186-4 §6.4: the leftmost bits of the digest, as many as the order has. */
function leftmostBits(digest: Uint8Array, n: bigint): bigint {
  const bits = n.toString(2).length;
  const excess = digest.length * 8 - bits;
  const z = fromBytes(digest);
  return (excess > 0 ? z >> BigInt(excess) : z) % n;
}

/** Affine addition on y^2 = x^3 - 3x + b; undefined for the point at infinity. */
function add(a: Point, b: Point, p: bigint): Point | undefined {
  const sameX = a.x === b.x;
  if (sameX && (a.y !== b.y || a.y === 0n)) return undefined;
  const slope = sameX
    ? (3n * a.x * a.x - 3n) * invert((2n * a.y) % p, p)
    : (b.y - a.y) * invert(modulo(b.x - a.x, p), p);
  const steep = modulo(slope, p);
  const x = modulo(steep * steep - a.x - b.x, p);
  return { x, y: modulo(steep * (a.x - x) - a.y, p) };
}

function modulo(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

/** Extended Euclid; `value` is not 0 modulo the prime `p`. */
function invert(value: bigint, p: bigint): bigint {
  let [a, b, x, y] = [modulo(value, p), p, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return modulo(x, p);
}

const ecdhs = new Map<string, ECDH>();

// Hexadecimal is the cheapest way between BigInt and OpenSSL.
function ecdhFor({ name, size }: CurveNumbers, scalar: bigint): ECDH {
  const ecdh = ecdhs.get(name) ?? createECDH(name);
  ecdhs.set(name, ecdh);
  ecdh.setPrivateKey(toFixedHex(scalar, size), 'hex');
  return ecdh;
}

function multiplyBase(scalar: bigint, numbers: CurveNumbers): Point {
  const point = ecdhFor(numbers, scalar).getPublicKey('hex');
  const middle = 2 + 2 * numbers.size;
  return { x: BigInt(`0x${point.slice(2, middle)}`), y: BigInt(`0x${point.slice(middle)}`) };
}

/** The x coordinate of scalar * point, which is what ECDH calls the shared secret. */
function multiplyX(scalar: bigint, { x, y }: Point, numbers: CurveNumbers): bigint {
  const encoded = `04${toFixedHex(x, numbers.size)}${toFixedHex(y, numbers.size)}`;
  return BigInt(`0x${ecdhFor(numbers, scalar).computeSecret(encoded, 'hex', 'hex')}`);
}

function toFixedHex(value: bigint, size: number): string {
  return value.toString(16).padStart(2 * size, '0');
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
