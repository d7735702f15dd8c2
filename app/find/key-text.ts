/** Keys and certificates as people have them: PEM, a line of SSH, a fingerprint that a program printed. */
import { sha256 } from '#crypto/sha256.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromHex, toHex } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { bitString, sequence } from '#lib/encoding/der-writer.ts';
import { readMinisignLine } from '#lib/identity/minisign-key.ts';

/** By its SHA-256, as the index has it. */
export interface KeyOrCertificate {
  readonly kind: 'key' | 'certificate';
  readonly hex: string;
}

const longest = 20_000;
const block = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]+)-----END \1-----/;
/** AlgorithmIdentifier of rsaEncryption, RFC 3279 §2.3.1. */
const rsa = fromHex('300d06092a864886f70d0101010500') ?? new Uint8Array(0);

export function readKeyText(typed: string): KeyOrCertificate | undefined {
  if (typed.length > longest) return undefined;
  return readPem(typed) ?? readSshLine(typed.trim()) ?? readMinisign(typed) ?? readPrint(typed.trim());
}

/** Its lines may have been run together, as a one-line box leaves them. */
function readPem(typed: string): KeyOrCertificate | undefined {
  const [, label, body = ''] = block.exec(typed) ?? [];
  const bytes = label === undefined ? undefined : fromBase64(body.replaceAll(/\s/g, ''));
  if (bytes === undefined) return undefined;
  switch (label) {
    case 'PUBLIC KEY':
      return keyOf(bytes);
    case 'RSA PUBLIC KEY':
      return keyOf(sequence(rsa, bitString(bytes)));
    case 'CERTIFICATE':
      return bytes[0] === 0x30 ? { kind: 'certificate', hex: toHex(sha256(bytes)) } : undefined;
    default:
      return undefined;
  }
}

function keyOf(spki: Uint8Array): KeyOrCertificate | undefined {
  try {
    readPublicKey(spki);
    return { kind: 'key', hex: toHex(sha256(spki)) };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** `ssh-ed25519 AAAA… comment`: SHA-256 of its blob, which begins with its own type (RFC 4253 §6.6). */
function readSshLine(text: string): KeyOrCertificate | undefined {
  const [, type = '', body = ''] =
    /^((?:ssh|ecdsa|sk)-[\w@.-]{1,60})\s+([A-Za-z0-9+/]{20,}={0,2})(?:\s|$)/.exec(text) ?? [];
  const blob = fromBase64(body);
  const named = blob === undefined ? '' : String.fromCharCode(...blob.subarray(4, 4 + type.length));
  return blob !== undefined && type !== '' && named === type
    ? { kind: 'key', hex: toHex(sha256(blob)) }
    : undefined;
}

function readMinisign(typed: string): KeyOrCertificate | undefined {
  const print = readMinisignLine(typed);
  return print && { kind: 'key', hex: toHex(print) };
}

/** `SHA256:…` of ssh-keygen -l: base64 without its padding, which no other program prints so. */
function readPrint(text: string): KeyOrCertificate | undefined {
  const [, body] = /^(?:\d+ )?SHA256:([A-Za-z0-9+/]{43})(?: .*)?$/.exec(text) ?? [];
  const hash = body === undefined ? undefined : fromBase64(`${body}=`);
  return hash === undefined ? undefined : { kind: 'key', hex: toHex(hash) };
}

/** Why it is none of the above, where it is meant to be one. */
export function whyNoKey(typed: string): string | undefined {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(typed))
    return 'That is a private key, which nobody but its owner should ever see: make a new one. Look up its public key or its certificate.';
  if (/-----BEGIN PGP/.test(typed))
    return 'A PGP key is looked up by its fingerprint, the 40 digits that gpg --fingerprint prints.';
  if (/-----BEGIN|^\s*(?:ssh|ecdsa|sk)-\S+\s/.test(typed))
    return 'That is no whole public key or certificate: paste all of it, in PEM from BEGIN to END, or the one line of an SSH key.';
  if (/^\s*(?:MD5:)?(?:[0-9a-f]{2}:){15}[0-9a-f]{2}\s*$/i.test(typed))
    return 'That is a fingerprint of MD5; keys are looked up by SHA-256, as ssh-keygen -l prints it.';
  return undefined;
}
