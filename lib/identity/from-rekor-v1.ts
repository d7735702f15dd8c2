/**
 * An entry of a Rekor v1 log, of any of its kinds. They differ in where they keep who signed, and new kinds came without
 * notice; what they share is that a key or certificate stands there as base64 of the text people exchange it in. So the
 * whole entry is searched for such texts, whatever its kind.
 */
import { sha1 } from '@noble/hashes/legacy.js';
import * as z from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { concat, fromHex, fromUtf8, toHex, uintBytes } from '#lib/encoding/bytes.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { algorithmOf, readFileDigest } from './file-digest.ts';
import { subjectsIn } from './from-statement.ts';
import { readMinisign } from './minisign-key.ts';
import { normalise, type SpelledIdentity } from './normalise.ts';
import { userIdNames } from './pgp-user.ts';

export interface RekorV1Entry {
  /** As `hashedrekord 0.0.1`. */
  readonly kind: `${string} ${string}`;
  readonly ofKnownKind: boolean;
  /** No signer, that is; what was signed may be named. */
  readonly namesNobody: boolean;
  /** What the log served as its statement is not what the leaf hashes, or does not read. */
  readonly hasUnreadStatement: boolean;
  readonly digest: { readonly algorithm: string; readonly bytes: Uint8Array } | undefined;
  /** Of each signer the certificate; what else its text holds are its issuers. */
  readonly certificates: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  /** SHA-256 of each bare public key. */
  readonly keys: readonly Uint8Array[];
  readonly identities: readonly SpelledIdentity[];
}

/** Of these it is known where they name who signed. */
const kinds: ReadonlySet<string> = new Set([
  'alpine',
  'cose',
  'dsse',
  'hashedrekord',
  'helm',
  'intoto',
  'jar',
  'rekord',
  'rfc3161',
  'rpm',
  'tuf',
]);

const entryForm = z.object({
  apiVersion: z.string().max(32),
  kind: z.string().max(64),
  spec: z.record(z.string(), z.unknown()),
});

const nothing: Uint8Array = new Uint8Array(0);
const mostNodes = 20_000;
const deepest = 32;

/**
 * `statement` is what the log serves beside the leaf, if anything. Throws ZodError, SyntaxError or TypeError for what is no
 * entry, CertificateError for a certificate that does not read.
 */
export function readRekorV1(leaf: Uint8Array, statement?: Uint8Array): RekorV1Entry {
  const { kind, apiVersion, spec } = entryForm.parse(JSON.parse(fromUtf8(leaf)));
  const texts: string[] = [];
  collectTexts(spec, texts, { nodes: mostNodes }, 0);
  const found: Found = { certificates: [], intermediates: [], keys: [], identities: [] };
  for (const text of new Set(texts)) readKeyText(text, found);
  const minisign = readMinisign(spec);
  if (minisign?.fingerprint !== undefined) found.keys.push(minisign.fingerprint);
  found.identities.push(...(minisign?.identities ?? []));
  const namesNobody = found.certificates.length + found.keys.length + found.identities.length === 0;
  const subjects = subjectsIn(kind, spec, statement);
  const digest = digestIn(spec);
  found.identities.push(...(subjects ?? []), ...envelopesIn(spec, digest));
  return {
    kind: `${kind} ${apiVersion}`,
    ofKnownKind: kinds.has(kind),
    namesNobody,
    hasUnreadStatement: subjects === undefined,
    digest,
    ...found,
  };
}

interface Found {
  readonly certificates: Certificate[];
  readonly intermediates: Certificate[];
  readonly keys: Uint8Array[];
  readonly identities: SpelledIdentity[];
}

/** Every string of the entry that is base64 of a key as text. */
function collectTexts(value: unknown, texts: string[], left: { nodes: number }, depth: number): void {
  if (depth > deepest || left.nodes-- <= 0) throw new TypeError('deeper or larger than any entry');
  if (typeof value === 'string') {
    const text = keyText(value);
    if (text !== undefined) texts.push(text);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collectTexts(part, texts, left, depth + 1);
  }
}

// `-----BEGIN`, `ssh-`, `ecdsa-sha2-` and `sk-` in base64.
const keyStarts = ['LS0tLS1CRUdJTi', 'c3NoL', 'ZWNkc2Etc2hhMi', 'c2st'];

function keyText(value: string): string | undefined {
  if (!keyStarts.some((start) => value.startsWith(start))) return undefined;
  const bytes = fromBase64(value);
  try {
    return bytes && fromUtf8(bytes);
  } catch {
    return undefined;
  }
}

function readKeyText(text: string, found: Found): void {
  if (text.startsWith('-----BEGIN PGP')) return readPgp(text, found);
  if (!text.startsWith('-----BEGIN')) return readSsh(text, found);
  const blocks = fromPem(text) ?? [];
  const certificates = blocks
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ bytes }) => readCertificate(bytes));
  const [signer, ...issuers] = certificates;
  if (signer !== undefined) found.certificates.push(signer);
  found.intermediates.push(...issuers);
  for (const { label, bytes } of blocks) if (label === 'PUBLIC KEY') found.keys.push(sha256(bytes));
}

/** OpenSSH's own: SHA-256 of the decoded middle field (ssh-keygen -l). The comment after it is no name: nobody signs it. */
function readSsh(text: string, found: Found): void {
  const blob = fromBase64(text.trim().split(/\s+/)[1] ?? '');
  if (blob !== undefined && blob.length > 0) found.keys.push(sha256(blob));
}

/**
 * RFC 9580 §6.2, §4.2, §5.5.4, §5.11: the fingerprint of the primary key, and the user ids. Nobody checked that the key
 * belongs to who its user id says: it is a name of its own kind, never an address that signed.
 */
function readPgp(text: string, found: Found): void {
  for (const { type, body } of packetsOf(armoured(text))) {
    if (type === 6) found.identities.push(...normalise('pgp-key', fingerprint(body)));
    if (type === 13) found.identities.push(...userIdNames(looseText(body)));
  }
}

function fingerprint(key: Uint8Array): string {
  const version = key[0] ?? 0;
  if (version < 5) return toHex(sha1(concat(Uint8Array.of(0x99), uintBytes(key.length, 2), key)));
  return toHex(sha256(concat(Uint8Array.of(version === 5 ? 0x9a : 0x9b), uintBytes(key.length, 4), key)));
}

function armoured(text: string): Uint8Array {
  const [, body = ''] =
    /-----BEGIN PGP[^\n]*\n(?:[^\n]*:[^\n]*\n)*\r?\n?([A-Za-z0-9+/=\r\n]*?)(?:\r?\n=|-----END)/.exec(text) ??
    [];
  return fromBase64(body.replace(/[\r\n]/g, '')) ?? new Uint8Array(0);
}

function* packetsOf(bytes: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  for (let at = 0; at < bytes.length;) {
    const header = packetHeader(bytes, at);
    if (header === undefined || header.end > bytes.length) return;
    yield { type: header.type, body: bytes.subarray(header.start, header.end) };
    at = header.end;
  }
}

function packetHeader(
  bytes: Uint8Array,
  at: number,
): { type: number; start: number; end: number } | undefined {
  const tag = bytes[at] ?? 0;
  const number = (from: number, size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (bytes[from + i] ?? 0);
    return value;
  };
  const packet = (type: number, start: number, length: number) => ({ type, start, end: start + length });
  if ((tag & 0xc0) === 0x80) {
    const size = [1, 2, 4][tag & 3];
    return size === undefined ? undefined : packet((tag >> 2) & 15, at + 1 + size, number(at + 1, size));
  }
  if ((tag & 0xc0) !== 0xc0) return undefined;
  const first = bytes[at + 1] ?? 0;
  if (first < 192) return packet(tag & 63, at + 2, first);
  if (first < 224) return packet(tag & 63, at + 3, ((first - 192) << 8) + number(at + 2, 1) + 192);
  return first === 255 ? packet(tag & 63, at + 6, number(at + 2, 4)) : undefined;
}

function looseText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

const hash = z.object({ algorithm: z.string().max(32), value: z.string().max(256) });
/** Where each kind says what was signed: the artifact, the payload, else whatever it hashes first. */
const digestPlaces = [
  ['data', 'hash'],
  ['data', 'payloadHash'],
  ['archive', 'hash'],
  ['chart', 'hash'],
  ['payloadHash'],
  ['content', 'payloadHash'],
  ['package', 'hash'],
  ['artifact', 'hash'],
  ['hash'],
  ['content', 'hash'],
];

/** Of what is around the payload: people who have the envelope as a file look that up. */
const envelopePlaces = [['envelopeHash'], ['data', 'envelopeHash'], ['content', 'hash']];

function digestIn(spec: Record<string, unknown>): RekorV1Entry['digest'] {
  for (const place of digestPlaces) {
    const digest = digestAt(spec, place);
    if (digest !== undefined) return digest;
  }
  return undefined;
}

function envelopesIn(spec: Record<string, unknown>, known: RekorV1Entry['digest']): SpelledIdentity[] {
  return envelopePlaces.flatMap((place): SpelledIdentity[] => {
    const { algorithm, bytes } = digestAt(spec, place) ?? {};
    const hex = bytes && readFileDigest(toHex(bytes));
    if (hex === undefined || algorithmOf(hex) !== algorithm || toHex(known?.bytes ?? nothing) === hex)
      return [];
    return [{ kind: 'artifact', value: `${algorithm}:${hex}` }];
  });
}

function digestAt(spec: Record<string, unknown>, place: readonly string[]): RekorV1Entry['digest'] {
  let value: unknown = spec;
  for (const name of place)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const read = hash.safeParse(value);
  const bytes = read.success ? fromHex(read.data.value) : undefined;
  return read.success && bytes !== undefined && bytes.length > 0
    ? { algorithm: read.data.algorithm, bytes }
    : undefined;
}
