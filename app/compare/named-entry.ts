import type { Dependencies } from '../dependencies.ts';
import { readEntryAddress } from '../e/entry-number.ts';
import { findEntry, type LoggedEntry } from '../e/store.ts';

type Reads = Pick<Dependencies, 'prisma' | 'sql'>;

/** Undefined unless it names one entry that we verified, as `log/index`. */
export async function findNamedEntry(deps: Reads, name: string): Promise<LoggedEntry | undefined> {
  const found = await findOrWhy(deps, name);
  return typeof found === 'string' ? undefined : found;
}

/** What a person may write: `log/index`, or the address of the entry's page. Else why there is none, in a sentence. */
export async function findOrWhy(deps: Reads, typed: string): Promise<LoggedEntry | string> {
  const name = typed.trim().replace(/^(?:https?:\/\/[^/]+)?\/e\//, '');
  const [, log = '', index = ''] = /^(.+)\/(\d+)$/s.exec(name) ?? [];
  const address = log === '' ? undefined : readEntryAddress(encoded(log), index);
  if (address === undefined) return 'Write the name of a log, a slash and the number of an entry.';
  const found = await findEntry(deps, address.log, address.index);
  if (found === undefined) return 'We follow no log of that name.';
  return found.entry ?? `We have not verified that entry: of this log ${found.log.verifiedSize} are.`;
}

/** Names of logs have no percent sign, so one is of an address. */
function encoded(log: string): string {
  return /^(?:[^%]|%[0-9a-f]{2})*$/i.test(log) && log.includes('%') ? log : encodeURIComponent(log);
}
