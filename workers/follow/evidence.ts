/** The document of an incident: what anybody can check without us, where there is such a thing. */
import { setTimeout as wait } from 'node:timers/promises';
import { TileError } from '#lib/merkle/tile.ts';
import { findContradictingPath } from '#lib/source/contradiction.ts';
import { tryStatement } from '#lib/source/convicted-log.ts';
import { writeContradiction } from '#lib/source/contradiction-document.ts';
import { SourceError, type LogSource } from '#lib/source/log-source.ts';
import { writeBadSignature, writeKeyChange } from '#lib/source/unsigned-document.ts';
import type { WrongBytes } from '#lib/source/wrong-bytes.ts';
import { writeWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import type { FollowedLog } from './followed-log.ts';
import type { Incident } from './incidents.ts';

export interface Observed extends Pick<Incident, 'kind' | 'before' | 'after'> {
  readonly served?: WrongBytes | undefined;
}

/** People are told within this time, whether the log helps to convict itself or not. */
const longestMs = 10_000;

/** Undefined where there is nothing to show. */
export async function evidenceOf(
  log: FollowedLog,
  source: LogSource,
  { kind, before, after, served }: Observed,
): Promise<string | undefined> {
  switch (kind) {
    case 'wrong-bytes':
      return served && after && writeWrongBytes(log, after, served);
    case 'bad-signature':
      // Where a witness's signature is the bad one, the log's own is good and the document would refute itself.
      return isRefused(log, after) ? writeBadSignature(log, { before, after }) : undefined;
    case 'key-change':
      return writeKeyChange(log, { before, after });
    case 'fork':
    case 'rollback':
      return (
        before &&
        after &&
        writeContradiction(log, { before, after, path: await knownPath(source, before, after) })
      );
    case 'freeze':
      // tend/freezes.ts writes that, as long as it lasts.
      return undefined;
  }
}

function isRefused(log: FollowedLog, statement: string | undefined): boolean {
  return statement !== undefined && tryStatement(log, statement) instanceof Error;
}

async function knownPath(source: LogSource, before: string, after: string): Promise<readonly Uint8Array[]> {
  const asked = pathBetween(source, before, after);
  return (await Promise.race([asked, wait(longestMs, undefined, { ref: false })])) ?? [];
}

async function pathBetween(
  source: LogSource,
  before: string,
  after: string,
): Promise<readonly Uint8Array[] | undefined> {
  try {
    return await findContradictingPath(source, source.open(before), source.open(after));
  } catch (error) {
    // It need not help to convict itself.
    if (error instanceof SourceError || error instanceof TileError) return undefined;
    throw error;
  }
}
