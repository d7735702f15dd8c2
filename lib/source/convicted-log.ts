/** The log in a document that convicts it: whose key signed, and what it signed, opened without asking anybody. */
import * as z from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { SourceError, type SignedHead } from './log-source.ts';
import { base64Bytes } from './read-json.ts';
import { dialects, sourceOf, type SpokenLog } from './source-of.ts';

/** As people know it. */
export type NamedLog = SpokenLog & { readonly name: string; readonly url: string };

export function describeLog({ name, url, dialect, origin, publicKey }: NamedLog): object {
  return { name, url, dialect, origin, publicKey: toBase64(publicKey) };
}

export const convictedLog = z
  .object({
    /** Without it, in older documents, it is a log of tiles or one whose trees have numbers. */
    dialect: z.enum(dialects).optional(),
    origin: z.string().max(1024),
    publicKey: base64Bytes,
  })
  .transform(({ dialect, ...listed }): SpokenLog => {
    const older = / - \d+$/.test(listed.origin) ? 'rekor-v1' : 'tiles';
    return { ...listed, dialect: dialect ?? older };
  });

export const signedStatement = z.string().max(64 * 1024);
export const proofHashes = z.array(base64Bytes.refine(({ length }) => length === 32)).max(64);

/** What a document shows by itself, of a log whose key is in it. */
export type EvidenceCheck =
  | {
      readonly outcome: 'proved';
      readonly log: SpokenLog;
      readonly words: string;
      /** What it does not prove, where it seems to. */
      readonly leavesOpen?: string;
    }
  | Refuted;

export interface Refuted {
  readonly outcome: 'refuted';
  readonly reason: string;
}

export function refuted(reason: string): Refuted {
  return { outcome: 'refuted', reason };
}

export const otherKind = refuted('it is not a document of this kind');

/** Why not, as text. */
export function openStatement(log: SpokenLog, statement: string): SignedHead | string {
  const head = tryStatement(log, statement);
  return head instanceof Error ? head.message : head;
}

export function tryStatement(log: SpokenLog, statement: string): SignedHead | SourceError | DerError {
  try {
    return sourceOf(log, nothingFetched).open(statement);
  } catch (error) {
    if (error instanceof SourceError || error instanceof DerError) return error;
    throw error;
  }
}

const nothingFetched = () => Promise.reject(new Error('a check of evidence fetches nothing'));
