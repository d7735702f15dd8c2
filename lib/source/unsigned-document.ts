/**
 * A statement that a log's key did not sign, as a document that stands without us: one whose signature is wrong, or one
 * that another key signed. It says how much that proves, which is less than of what a log did sign: anybody can write it.
 */
import * as z from 'zod';

import { equal, toHex } from '#lib/encoding/bytes.ts';
import { NoteError, parseNote } from '#lib/note/signed-note.ts';
import {
  convictedLog,
  describeLog,
  openStatement,
  signedStatement,
  tryStatement,
  type NamedLog,
  otherKind,
  refuted,
  type EvidenceCheck,
  type Refuted,
} from './convicted-log.ts';
import { incidentProof } from './incident-words.ts';
import { SourceError } from './log-source.ts';

export const badSignatureKind = 'sigwatch-bad-signature';
export const keyChangeKind = 'sigwatch-key-change';

const badSignatureSteps = [
  'before is the last statement whose signature by publicKey verified, null if there was none; after is what was served then.',
  '1. before carries a valid signature by publicKey.',
  '2. after has a signature that claims to be by that key, and under publicKey it does not verify.',
];
const keyChangeSteps = [
  'before is the last statement whose signature by publicKey of log verified, null if there was none; after is what was served then, null if nothing was.',
  '1. before carries a valid signature by publicKey of log.',
  '2. With a successor: another publicKey, and after carries a valid signature by it. The trust root named it under the same name, and did not say that the old key has ended.',
  '3. Without one: after carries no signature by publicKey of log at all.',
];

interface Statements {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function writeBadSignature(log: NamedLog, { before, after }: Statements): string {
  const { proves, leavesOpen } = incidentProof('bad-signature');
  const document = {
    kind: badSignatureKind,
    howToCheck: [...badSignatureSteps, `This proves: ${proves}`, `It does not prove: ${leavesOpen}`],
    log: describeLog(log),
    before: before ?? null,
    after: after ?? null,
  };
  return JSON.stringify(document, undefined, 2);
}

/** `successor`: the log as it is listed now, with the other key. */
export function writeKeyChange(
  log: NamedLog,
  { before, after, successor }: Statements & { readonly successor?: NamedLog },
): string {
  const { proves, leavesOpen } = incidentProof('key-change');
  const document = {
    kind: keyChangeKind,
    howToCheck: [...keyChangeSteps, `This proves: ${proves}`, `It does not prove: ${leavesOpen}`],
    log: describeLog(log),
    successor: successor === undefined ? null : describeLog(successor),
    before: before ?? null,
    after: after ?? null,
  };
  return JSON.stringify(document, undefined, 2);
}

const written = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal(badSignatureKind),
    log: convictedLog,
    before: signedStatement.nullable(),
    after: signedStatement,
  }),
  z.object({
    kind: z.literal(keyChangeKind),
    log: convictedLog,
    successor: convictedLog.nullable(),
    before: signedStatement.nullable(),
    after: signedStatement.nullable(),
  }),
]);
type Written = z.infer<typeof written>;

/** `document` as JSON.parse gave it. */
export function checkUnsigned(document: unknown): EvidenceCheck {
  const read = written.safeParse(document);
  if (!read.success) return otherKind;
  const { kind, log, before } = read.data;
  const first = before === null ? undefined : openStatement(log, before);
  if (typeof first === 'string') return refuted(`the statement before: ${first}`);
  const known = first === undefined ? '' : `its key signed a tree of ${first.size} entries, and `;
  const then = kind === keyChangeKind ? judgeKeyChange(read.data) : judgeBadSignature(read.data);
  if ('reason' in then) return then;
  const { leavesOpen } = incidentProof(kind.replace('sigwatch-', ''));
  return { outcome: 'proved', log, words: known + then.words, leavesOpen };
}

type Then = { readonly words: string } | Refuted;

function judgeBadSignature({ log, after }: Extract<Written, { kind: typeof badSignatureKind }>): Then {
  const head = tryStatement(log, after);
  if (!(head instanceof Error)) return refuted('the statement after carries a valid signature of the key');
  return head instanceof SourceError && head.code === 'bad-signature'
    ? { words: 'the statement that was served then carries none of it that verifies' }
    : refuted(`the statement after: ${head.message}`);
}

function judgeKeyChange({ log, successor, after }: Extract<Written, { kind: typeof keyChangeKind }>): Then {
  if (successor !== null && equal(successor.publicKey, log.publicKey))
    return refuted('both keys are the same');
  if (after === null)
    return successor === null
      ? refuted('it holds no other key and no other statement')
      : { words: 'another key is listed under its name, of which no statement was served' };
  if (successor !== null) {
    const head = openStatement(successor, after);
    return typeof head === 'string'
      ? refuted(`the statement after, under the other key: ${head}`)
      : { words: `another key, listed under its name, signed one of ${head.size} entries` };
  }
  const head = tryStatement(log, after);
  if (!(head instanceof Error)) return refuted('the statement after carries a valid signature of the key');
  return head instanceof SourceError && head.code === 'unknown-key'
    ? { words: `the statement that was served then carries no signature of it, but of ${signersOf(after)}` }
    : refuted(`the statement after: ${head.message}`);
}

/** As the note itself names them, which nobody checked. */
function signersOf(statement: string): string {
  try {
    const names = parseNote(statement).signatures.map(({ name, keyId }) => `${name} (key ${toHex(keyId)})`);
    return names.slice(0, 4).join(', ');
  } catch (error) {
    if (error instanceof NoteError) return 'nobody that it names';
    throw error;
  }
}
