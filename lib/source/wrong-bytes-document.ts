/**
 * What a log served and had not signed, as a document that stands without us: what it says, how to see that it is so, and
 * a check that does just that. Nothing is fetched for it, and nothing is believed but the signature of the log's key.
 */
import * as z from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import {
  convictedLog,
  describeLog,
  openStatement,
  proofHashes,
  signedStatement,
  type NamedLog,
  otherKind,
  refuted,
  type Refuted,
} from './convicted-log.ts';
import type { SignedHead } from './log-source.ts';
import { base64Bytes } from './read-json.ts';
import type { SpokenLog } from './source-of.ts';
import { provesWrongBytes, type WrongBytes } from './wrong-bytes.ts';

const wrongBytesKind = 'sigwatch-wrong-bytes';

/** Of entries; nearly all have one or two kilobytes, and a log may serve what it likes. */
const mostEntryBytes = 1024 * 1024;

const howToCheck = [
  'Everything in base64 is bytes. A tree of n entries has a subtree root for each bit set in n, largest first.',
  '1. The signature of checkpoint is by publicKey. It states a size and a root.',
  '2. subtrees are the tree of the first firstIndex entries; by proofBefore (RFC 9162 section 2.1.4.2, from firstIndex to the stated size) the stated tree begins with it.',
  '3. proofAfter, from firstIndex plus the number of entries to the stated size, leads by itself to the stated root and to the root that this smaller tree must have. At the stated size itself, that is the stated root.',
  '4. subtrees with SHA-256(0x00, entry) of each of entries appended (RFC 9162 section 2.1.1) have another root. So the first entry served is not the one that was signed.',
];

/** `log`: as people know it. Undefined when there is more of it than is kept. */
export function writeWrongBytes(log: NamedLog, checkpoint: string, served: WrongBytes): string | undefined {
  if (served.entries.reduce((sum, { length }) => sum + length, 0) > mostEntryBytes) return undefined;
  const document = {
    kind: wrongBytesKind,
    howToCheck,
    log: describeLog(log),
    checkpoint,
    firstIndex: String(served.firstIndex),
    subtrees: served.subtrees.map(toBase64),
    proofBefore: served.proofBefore.map(toBase64),
    entries: served.entries.map(toBase64),
    proofAfter: served.proofAfter.map(toBase64),
  };
  return JSON.stringify(document, undefined, 2);
}

const written = z.object({
  kind: z.literal(wrongBytesKind),
  log: convictedLog,
  checkpoint: signedStatement,
  firstIndex: z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(BigInt),
  subtrees: proofHashes,
  proofBefore: proofHashes,
  entries: z.array(base64Bytes).min(1).max(8),
  proofAfter: proofHashes,
});

export type WrongBytesCheck =
  | {
      readonly outcome: 'proved';
      readonly log: SpokenLog;
      readonly head: SignedHead;
      readonly firstIndex: bigint;
    }
  | Refuted;

/** `document` as JSON.parse gave it. */
export function checkWrongBytes(document: unknown): WrongBytesCheck {
  const read = written.safeParse(document);
  if (!read.success) return otherKind;
  const { log, checkpoint, ...served } = read.data;
  const head = openStatement(log, checkpoint);
  if (typeof head === 'string') return refuted(`the checkpoint is not the log's: ${head}`);
  return isProof(served, head)
    ? { outcome: 'proved', log, head, firstIndex: served.firstIndex }
    : refuted('the entries are not shown to be others than those of the signed tree');
}

function isProof(served: WrongBytes, head: SignedHead): boolean {
  if (served.firstIndex + BigInt(served.entries.length) > head.size) return false;
  try {
    return provesWrongBytes(served, head);
  } catch (error) {
    // Of hashes that are not as many as a tree of that size has.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
