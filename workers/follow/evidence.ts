/** The document of an incident: what anybody can check without us, where there is such a thing. */
import { setTimeout as wait } from 'node:timers/promises';
import { TileError } from '#lib/merkle/tile.ts';
import { findContradictingPath } from '#lib/source/contradiction.ts';
import { writeContradiction } from '#lib/source/contradiction-document.ts';
import { SourceError, type LogSource } from '#lib/source/log-source.ts';
import type { WrongBytes } from '#lib/source/wrong-bytes.ts';
import { writeWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import type { FollowedLog } from './followed-log.ts';
import type { Incident } from './incidents.ts';

export interface Observed extends Pick<Incident, 'kind' | 'before' | 'after'> {
  readonly served?: WrongBytes | undefined;
}

/** People are told within this time, whether the log helps to convict itself or not. */
const longestMs = 10_000;

/** Undefined of what nobody can check: a statement that the log's key did not sign may be anybody's. */
export async function evidenceOf(
  log: FollowedLog,
  source: LogSource,
  { kind, before, after, served }: Observed,
): Promise<string | undefined> {
  if (kind === 'wrong-bytes') return served && after && writeWrongBytes(log, after, served);
  if ((kind !== 'fork' && kind !== 'rollback') || before === undefined || after === undefined)
    return undefined;
  const asked = pathBetween(source, before, after);
  const path = await Promise.race([asked, wait(longestMs, undefined, { ref: false })]);
  return writeContradiction(log, { before, after, path: path ?? [] });
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
