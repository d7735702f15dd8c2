/**
 * Is this entry in that log? Asked anew, from the log's own bytes, against a checkpoint that was verified before: the
 * leaf is fetched and hashed, the audit path fetched and walked, and the root compared with the signed one.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { SourceError, type LogSource, type SignedHead } from '#lib/source/log-source.ts';
import { auditTrail, type AuditStep } from './audit-trail.ts';

/** What a log is asked for here. Throws SourceError. */
export interface ProofSource extends Pick<LogSource, 'open' | 'entries'> {
  /** The audit path of the leaf in the tree of `size` leaves, leaf to root. */
  inclusion(index: bigint, size: bigint, leafHash: Uint8Array): Promise<readonly Uint8Array[]>;
}

export interface EntryClaim {
  readonly index: bigint;
  /** The signed head to prove against, as the log sent it. */
  readonly head: string;
  /** Of the entry as it was first read. */
  readonly leafHash: Uint8Array;
}

export type EntryProof =
  | {
      readonly outcome: 'proved';
      readonly head: SignedHead;
      readonly leaf: Uint8Array;
      /** What the log serves beside the leaf; in no tree. */
      readonly extraData?: Uint8Array;
      readonly steps: readonly AuditStep[];
    }
  /** The log shows something else than it signed: `what` says where the two part. */
  | { readonly outcome: 'contradicted'; readonly what: 'head' | 'leaf' | 'path'; readonly words: string }
  /** The head is older than the entry. */
  | { readonly outcome: 'not-covered'; readonly size: bigint }
  | { readonly outcome: 'not-checked'; readonly words: string };

export async function proveEntry(source: ProofSource, claim: EntryClaim): Promise<EntryProof> {
  try {
    const head = openHead(source, claim.head);
    if (head === undefined)
      return contradicted('head', 'The signature of the checkpoint does not verify under the log’s key.');
    if (claim.index >= head.size) return { outcome: 'not-covered', size: head.size };
    return await proveUnder(source, claim, head);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { outcome: 'not-checked', words: error.message };
  }
}

async function proveUnder(source: ProofSource, claim: EntryClaim, head: SignedHead): Promise<EntryProof> {
  const [entry] = await source.entries(claim.index, claim.index + 1n, head.size);
  if (entry === undefined) return { outcome: 'not-checked', words: 'the log gave no entry' };
  if (!equal(leafHash(entry.leaf), claim.leafHash))
    return contradicted('leaf', 'The log now shows another entry in this place than when we read it.');
  const walk = { index: claim.index, size: head.size, leafHash: claim.leafHash };
  const proof = await source.inclusion(walk.index, walk.size, walk.leafHash);
  if (!verifyInclusion({ ...walk, proof, root: head.root }))
    return contradicted(
      'path',
      'The hashes the log gives do not lead from this entry to the root it signed.',
    );
  const { leaf, extraData } = entry;
  return { outcome: 'proved', head, leaf, extraData, steps: auditTrail({ ...walk, proof }) };
}

function openHead(source: ProofSource, head: string): SignedHead | undefined {
  try {
    return source.open(head);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

function contradicted(what: 'head' | 'leaf' | 'path', words: string): EntryProof {
  return { outcome: 'contradicted', what, words };
}
