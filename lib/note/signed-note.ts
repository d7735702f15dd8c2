/**
 * Signed notes, c2sp.org/signed-note: a text that ends in a line feed, a blank line, then signature lines
 * `— <name> base64(uint32 key id || signature)`. Unknown keys are ignored, so that others may add signatures.
 */
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { concat, equal, utf8 } from '#lib/encoding/bytes.ts';

export type NoteErrorCode = 'malformed' | 'bad-signature' | 'no-known-signature';

export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly code: NoteErrorCode;

  constructor(code: NoteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes: a hint at the key, not a proof of it. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** What is signed, its last line feed included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Uint8Array;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

const maxLength = 1_000_000;
const maxSignatures = 100;
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u;
const nameForm = /^[^\s+\u0085]+$/u;
const lineForm = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/u;

/** Splits a note without checking any signature. Throws NoteError `malformed`. */
export function parseNote(note: string): SignedNote {
  if (note.length > maxLength || forbidden.test(note)) throw malformed('text that no note holds');
  // "the last blank line": a text may have blank lines of its own.
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) throw malformed('no signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > maxSignatures) throw malformed('too many signatures');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseLine) };
}

function parseLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = lineForm.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!nameForm.test(name) || bytes === undefined || bytes.length < 5) throw malformed('bad signature line');
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/**
 * Checks a note against the keys one knows. A signature by a known key that does not verify rejects the whole note;
 * one good signature at least is required. Returns the verifiers that vouch for the text, each once.
 */
export function openNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): SignedNote & { readonly verifiedBy: readonly NoteVerifier[] } {
  const parsed = parseNote(note);
  const message = utf8(parsed.text);
  const verifiedBy = new Set<NoteVerifier>();
  for (const { name, keyId, signature } of parsed.signatures) {
    const known = verifiers.filter((verifier) => verifier.name === name && equal(verifier.keyId, keyId));
    if (known.length === 0) continue;
    // Two keys may share a 32-bit id; the signature is good if it is good under one of them.
    const good = known.find((verifier) => verifier.verify(message, signature));
    if (good === undefined) throw new NoteError('bad-signature', `the signature of ${name} does not verify`);
    verifiedBy.add(good);
  }
  if (verifiedBy.size === 0) throw new NoteError('no-known-signature', 'no signature by a known key');
  return { ...parsed, verifiedBy: [...verifiedBy] };
}

export function formatNote({ text, signatures }: SignedNote): string {
  if (!text.endsWith('\n') || forbidden.test(text)) throw malformed('text that no note holds');
  const lines = signatures.map(({ name, keyId, signature }) => {
    if (!nameForm.test(name) || keyId.length !== 4) throw malformed('bad key name or id');
    return `\u2014 ${name} ${toBase64(concat(keyId, signature))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const message = utf8(text);
  return formatNote({
    text,
    signatures: signers.map((signer) => ({
      name: signer.name,
      keyId: signer.keyId,
      signature: signer.sign(message),
    })),
  });
}

function malformed(reason: string): NoteError {
  return new NoteError('malformed', `not a signed note: ${reason}`);
}
