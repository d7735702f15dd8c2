import type { Dependencies } from '../dependencies.ts';
import { readEntryAddress } from '../e/entry-number.ts';
import { findEntry, type LoggedEntry } from '../e/store.ts';

/** Undefined unless it names one entry that we verified, as `log/index`. */
export async function findNamedEntry(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  name: string,
): Promise<LoggedEntry | undefined> {
  const [, log = '', index = ''] = /^(.+)\/(\d+)$/s.exec(name) ?? [];
  const address = readEntryAddress(encodeURIComponent(log), index);
  return address && (await findEntry(deps, address.log, address.index))?.entry;
}
