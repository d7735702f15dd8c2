import type { z } from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import type { Dependencies } from '../dependencies.ts';
import type { proofAnswer } from './schemas.ts';
import type { LoggedEntry } from './store.ts';

/** Asks the log anew; what it answers is proved against the checkpoint that the monitor verified. */
export async function proveAnew(
  { proveEntry }: Pick<Dependencies, 'proveEntry'>,
  { log, signing, leafHash }: LoggedEntry,
): Promise<EntryProof> {
  if (log.verifiedCheckpoint === null)
    return { outcome: 'not-checked', words: 'no checkpoint of this log has been verified yet' };
  return proveEntry(log, { index: BigInt(signing.index), head: log.verifiedCheckpoint, leafHash });
}

export function proofJson(
  { signing: { index }, leafHash }: LoggedEntry,
  proof: EntryProof,
): z.infer<typeof proofAnswer> {
  const none = { treeSize: null, root: null, leafHash: null, leaf: null, hashes: [], checkpoint: null };
  switch (proof.outcome) {
    case 'proved':
      return {
        outcome: proof.outcome,
        words: null,
        index,
        treeSize: Number(proof.head.size),
        root: toBase64(proof.head.root),
        leafHash: toBase64(leafHash),
        leaf: toBase64(proof.leaf),
        hashes: proof.steps.map(({ sibling }) => toBase64(sibling)),
        checkpoint: proof.head.evidence,
      };
    case 'not-covered':
      return { ...none, outcome: proof.outcome, words: 'the checkpoint is older than the entry', index };
    case 'contradicted':
    case 'not-checked':
      return { ...none, outcome: proof.outcome, words: proof.words, index };
  }
}
