/** Two statements of a log that contradict each other, as a document that stands without us and says how it is checked. */
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
  type EvidenceCheck,
} from './convicted-log.ts';
import { judgeContradiction } from './contradiction.ts';

export const contradictionKind = 'sigwatch-contradiction';

const howToCheck = [
  'Both statements are as the log sent them; before is the one that was seen first. Everything in path is base64 of 32 bytes.',
  '1. Both carry a signature by publicKey. Each states a size and a root.',
  '2. Of one size with two roots they cannot both be true.',
  '3. Of two sizes: path is that of RFC 9162 section 2.1.4.2 from the smaller to the larger, with its first node always there. It leads to the root of the larger, and to another root than that of the smaller: so the larger tree does not begin with the smaller one.',
  '4. Without a path: a smaller size stated at a later time, where both statements carry a time. Without times nothing in them says which the log made first, and that it went back is the word of whoever saw it.',
];

export function writeContradiction(
  log: NamedLog,
  { before, after, path }: { before: string; after: string; path: readonly Uint8Array[] },
): string {
  const document = {
    kind: contradictionKind,
    howToCheck,
    log: describeLog(log),
    before,
    after,
    path: path.map(toBase64),
  };
  return JSON.stringify(document, undefined, 2);
}

const written = z.object({
  kind: z.literal(contradictionKind),
  log: convictedLog,
  before: signedStatement,
  after: signedStatement,
  path: proofHashes,
});

/** `document` as JSON.parse gave it. */
export function checkContradiction(document: unknown): EvidenceCheck {
  const read = written.safeParse(document);
  if (!read.success) return otherKind;
  const { log, before, after, path } = read.data;
  const [first, then] = [openStatement(log, before), openStatement(log, after)];
  if (typeof first === 'string') return refuted(`the statement before: ${first}`);
  if (typeof then === 'string') return refuted(`the statement after: ${then}`);
  const judgement = judgeContradiction(first, then, path);
  return judgement.outcome === 'proved' ? { ...judgement, log } : judgement;
}
