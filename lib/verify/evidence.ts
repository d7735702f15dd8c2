/**
 * What an alert stands on, in one file that is checked without us: the entry as the log holds it, the audit path, the
 * checkpoint the log signed, and the trust root of that day with the certificates of the authorities. Whoever checks
 * brings the log's key: the one in the file says only which log it claims to be of.
 */
import * as z from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { SourceError } from '#lib/source/log-source.ts';
import { proveEntry, type EntryClaim, type EntryProof, type ProofSource } from './entry-proof.ts';
import { proofSource, type KnownLog } from './proof-source.ts';

const evidenceMediaType = 'application/vnd.sigwatch.evidence+json;version=1';

const base64 = z.string().transform((text, context): Uint8Array => {
  const bytes = fromBase64(text);
  if (bytes !== undefined) return bytes;
  context.addIssue('not base64');
  return z.NEVER;
});

export const evidenceSchema = z.object({
  mediaType: z.literal(evidenceMediaType),
  log: z.object({ id: z.string(), kind: z.string(), origin: z.string(), publicKey: base64 }),
  index: z.string().regex(/^\d{1,19}$/),
  /** The bytes that are hashed into the tree; a signature's certificate is in them. */
  leaf: base64,
  leafHash: base64,
  /** What the log serves beside the leaf: it may only confirm it, see lib/identity/from-entry.ts. */
  extraData: base64.optional(),
  inclusionProof: z.array(base64).max(64),
  checkpoint: z.string(),
  /** What we said of it; the rest does not depend on it. */
  alert: z.unknown().optional(),
  /** trusted_root.json: the keys of the logs and the certificates above the entry's own. */
  trustedRoot: z.unknown().optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export interface Proved {
  readonly log: KnownLog & { readonly id: string };
  readonly claim: EntryClaim;
  readonly proof: Extract<EntryProof, { outcome: 'proved' }>;
}

export function writeEvidence(
  { log, claim, proof }: Proved,
  beside: { alert?: unknown; trustedRoot?: unknown },
): string {
  const { id, kind, origin, publicKey } = log;
  const evidence = {
    mediaType: evidenceMediaType,
    log: { id, kind, origin, publicKey: toBase64(publicKey) },
    index: String(claim.index),
    leaf: toBase64(proof.leaf),
    leafHash: toBase64(claim.leafHash),
    ...(proof.extraData?.length ? { extraData: toBase64(proof.extraData) } : {}),
    inclusionProof: proof.steps.map(({ sibling }) => toBase64(sibling)),
    checkpoint: claim.head,
    ...beside,
  };
  return `${JSON.stringify(evidence, null, 2)}\n`;
}

/** Asks nobody. `log` is the log as the checker knows it. Throws ZodError for what is no evidence at all. */
export async function verifyEvidence(json: unknown, log: KnownLog): Promise<EntryProof> {
  const { index, leaf, leafHash, inclusionProof, checkpoint } = evidenceSchema.parse(json);
  const nobody = () =>
    Promise.reject(new SourceError('unreachable', 'evidence is checked without asking anybody'));
  const source: ProofSource = {
    open: (head) => proofSource(log, nobody).open(head),
    entries: async () => [{ leaf, extraData: new Uint8Array(0) }],
    inclusion: async () => inclusionProof,
  };
  return proveEntry(source, { index: BigInt(index), head: checkpoint, leafHash });
}
