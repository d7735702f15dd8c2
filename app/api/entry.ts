/** The entry that an address of the API names, for whatever is said of it. */
import { dependencies, type Dependencies } from '../dependencies.ts';
import { readEntryAddress } from '../e/entry-number.ts';
import { findEntry, type LoggedEntry } from '../e/store.ts';
import type { Named } from './keyed.ts';
import { problem } from './problem.ts';

export async function answerEntry(
  { params }: Named<'log' | 'index'>,
  act: (deps: Dependencies, entry: LoggedEntry) => Promise<Response>,
): Promise<Response> {
  const { log, index } = await params;
  const address = readEntryAddress(log, index);
  if (address === undefined) return problem(400, 'index: not a plain decimal number');
  const deps = dependencies();
  const found = await findEntry(deps, address.log, address.index);
  if (found === undefined) return problem(404, 'We do not follow a log of that name.');
  if (found.entry === undefined)
    return problem(404, `That entry is not verified; of this log ${found.log.verifiedSize} entries are.`);
  return act(deps, found.entry);
}
