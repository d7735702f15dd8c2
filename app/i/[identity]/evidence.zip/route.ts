import { dependencies } from '../../../dependencies.ts';
import { archiveAnswer } from '../../../evidence/archive.ts';
import { findEntry } from '../../../e/store.ts';
import { plural } from '../../../ui/time.ts';
import { readExported, type Asked } from '../exported.ts';

/** Each is proved anew by the log, so this is what one asking may cost. */
const mostEntries = 25;

export async function GET(request: Request, asked: Asked): Promise<Response> {
  const exported = await readExported(request, asked, mostEntries);
  if (exported instanceof Response) return exported;
  const { found, identity, exact } = exported;
  const deps = dependencies();
  const read = await Promise.all(found.signings.map(({ log, index }) => findEntry(deps, log, BigInt(index))));
  const entries = read.flatMap((one) => (one?.entry === undefined ? [] : [one.entry]));
  const about = `The newest ${plural(entries.length, 'signature')} by ${exact}, of ${found.total} in all`;
  return archiveAnswer(await deps.evidenceArchive(about, entries), `evidence-${identity.value}`);
}
