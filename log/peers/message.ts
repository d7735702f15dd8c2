/** What log processes say to one another over HTTP: entries that were accepted, and what became of them. */
import { z } from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { SequencerError, type LoggedEntry, type PendingEntry } from '../sequencer/entry.ts';

export const appendPath = '/peer/v1/append';
export const statePath = '/peer/v1/state';

const bytes = z.string().transform((text, context) => {
  const decoded = text === '' ? new Uint8Array(0) : fromBase64(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const hash = bytes.refine((value) => value.length === 32, 'not 32 bytes');
const size = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);

const append = z.object({
  /** Hexadecimal. */
  logId: z.string(),
  entries: z.array(z.object({ identity: hash, leafHash: hash, record: bytes })).max(1024),
});

const logged = z.object({
  index: size,
  head: z.object({ size, root: hash, checkpoint: z.string() }),
  duplicate: z.boolean(),
  record: bytes.optional(),
  proof: z.array(hash),
});
const codes = ['busy', 'batch-failed', 'unwitnessed', 'frozen', 'late', 'stopped'] as const;
const refused = z.object({ code: z.enum(codes), message: z.string() });
const answers = z.array(z.union([logged, refused]));

const state = z.object({
  logs: z.array(z.object({ logId: z.string(), size, isFrozen: z.boolean(), shown: z.string() })),
});

export type AppendRequest = z.infer<typeof append>;
export type LeaderState = z.infer<typeof state>;
export type AppendAnswer = z.infer<typeof answers>[number];

export const readAppend = (json: unknown): AppendRequest => append.parse(json);
export const readAnswers = (json: unknown): AppendAnswer[] => answers.parse(json);
export const readState = (json: unknown): LeaderState => state.parse(json);

export function formatAppend(logId: string, entries: readonly PendingEntry[]): string {
  const encoded = entries.map(({ identity, leafHash, record }) => ({
    identity: toBase64(identity),
    leafHash: toBase64(leafHash),
    record: toBase64(record),
  }));
  return JSON.stringify({ logId, entries: encoded });
}

export async function formatLogged({ index, head, duplicate, record, prove }: LoggedEntry): Promise<object> {
  const proof = await prove();
  return {
    index: `${index}`,
    head: { size: `${head.size}`, root: toBase64(head.root), checkpoint: head.checkpoint },
    duplicate,
    // Whoever sent the first of a kind has its record; a repetition may differ in what is not hashed.
    ...(duplicate && record !== undefined ? { record: toBase64(record) } : {}),
    proof: proof.map(toBase64),
  };
}

export function formatRefused(error: unknown): object {
  if (!(error instanceof SequencerError)) throw error;
  return { code: error.code, message: error.message };
}

export function formatState(
  logs: readonly { logId: string; size: bigint; isFrozen: boolean; shown: string }[],
): string {
  return JSON.stringify({ logs: logs.map((one) => ({ ...one, size: `${one.size}` })) });
}
