/**
 * Signatures of an artifact straight from the logs. The instance is only asked where they are and when it first saw them:
 * what they say and that they are logged is read from the log itself, by the key and address of our trusted root.
 */
import { z } from 'zod';
import { BundleError, type BundleEntry } from '#lib/bundle/bundle.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { SignError } from '#lib/sign/sign-error.ts';
import { SourceError } from '#lib/source/log-source.ts';
import type { TrustedLog, TrustedRoot } from '#lib/trust/trusted-root.ts';
import { bundleFromEntry } from '#lib/verify/bundle-from-entry.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { askInstance } from './instance-api.ts';
import { logReader, readEntryOfV1, type LogReader } from './log-reader.ts';
import { findSignings, type LoggedSigning, type SigningsPage } from './signings.ts';

/** LOG/INDEX as the instance counts: what the report calls it. */
export type FromLog = { readonly name: string } & (
  { readonly bundle: string; readonly seenAt: Date } | { readonly code: string; readonly reason: string }
);

export interface Collected {
  readonly found: readonly FromLog[];
  /** How far each log was searched: what came later nobody has looked at. */
  readonly searched: SigningsPage['completeUpTo'];
}

const logsAnswer = z.object({
  logs: z.array(z.looseObject({ id: z.string(), kind: z.string(), publicKey: z.string() })),
});
const entryAnswer = z.looseObject({ leafHash: z.string().regex(/^[0-9a-f]{64}$/) });

/** Anybody may log a signature of anything; more than this is somebody's flood. */
const mostSignings = 1000;

export async function collectFromLog(
  instance: string,
  sha256: Uint8Array,
  trustedRoot: TrustedRoot,
): Promise<Collected> {
  const { logs } = await askInstance(`${instance}/api/v1/logs`, logsAnswer);
  const [signings, searched] = await allSignings(instance, toHex(sha256));
  const readers = new Map<TrustedLog, LogReader>();
  const found: FromLog[] = [];
  for (const signing of signings) {
    const listed = logs.find(({ id }) => id === signing.log);
    if (listed?.kind === 'ct') continue;
    const key = fromBase64(listed?.publicKey ?? '');
    const log = trustedRoot.tlogs.find(({ publicKey }) => key !== undefined && equal(publicKey, key));
    const name = `${visibleText(signing.log)}/${signing.index}`;
    if (log === undefined) {
      found.push({ name, code: 'log-untrusted', reason: 'it is in a log we do not trust' });
      continue;
    }
    const reader = readers.get(log) ?? logReader(log);
    readers.set(log, reader);
    found.push({ name, ...(await readSigning(instance, signing, log, reader)) });
  }
  return { found, searched };
}

async function allSignings(
  instance: string,
  digest: string,
): Promise<[LoggedSigning[], SigningsPage['completeUpTo']]> {
  const signings: LoggedSigning[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await findSignings(instance, { digest, limit: '200', cursor });
    signings.push(...page.signings);
    if (signings.length > mostSignings) {
      throw new CommandError(exitCode.usage, `over ${mostSignings} signatures; collect bundles instead`);
    }
    if (page.next === null) return [signings, page.completeUpTo];
    cursor = page.next;
  }
}

type Read =
  { readonly bundle: string; readonly seenAt: Date } | { readonly code: string; readonly reason: string };

async function readSigning(
  instance: string,
  signing: LoggedSigning,
  log: TrustedLog,
  reader: LogReader,
): Promise<Read> {
  const unreadable = (code: string, reason: string) => ({ code, reason });
  try {
    const entry = await readEntry(instance, signing, log, reader);
    const bundle = entry && bundleFromEntry(entry);
    if (bundle === undefined) {
      return unreadable('entry-unsupported', 'the log holds no signature of the file here; give its bundle');
    }
    return { bundle: writeBundle(bundle), seenAt: new Date(signing.seenAt) };
  } catch (error) {
    const known = error instanceof SourceError || error instanceof SignError || error instanceof BundleError;
    if (!known) throw error;
    return unreadable('entry-not-read', `its log does not give the entry: ${error.message}`);
  }
}

/** Undefined when the log has no such entry under its newest checkpoint. */
async function readEntry(
  instance: string,
  { log: id, index }: LoggedSigning,
  log: TrustedLog,
  reader: LogReader,
): Promise<BundleEntry | undefined> {
  if (log.logIdForm === 'note-key') return reader(BigInt(index));
  const place = `${instance}/api/v1/entries/${encodeURIComponent(id)}/${index}`;
  const stated = await askInstance(place, entryAnswer);
  const entry = await readEntryOfV1(log, stated.leafHash);
  // An entry by another name than it was asked for would do no harm, but it is not the one that was seen then.
  return toHex(leafHash(entry.canonicalizedBody)) === stated.leafHash ? entry : undefined;
}
