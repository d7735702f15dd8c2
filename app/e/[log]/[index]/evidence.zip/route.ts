import { problem } from '../../../../api/problem.ts';
import { dependencies } from '../../../../dependencies.ts';
import { archiveAnswer } from '../../../../evidence/archive.ts';
import { readEntryAddress } from '../../../entry-number.ts';
import { findEntry } from '../../../store.ts';

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ log: string; index: string }> },
): Promise<Response> {
  const { log, index } = await params;
  const deps = dependencies();
  const address = readEntryAddress(log, index);
  const found = address && (await findEntry(deps, address.log, address.index));
  if (found?.entry === undefined) return problem(404, 'We have not verified such an entry.');
  const archive = await deps.evidenceArchive(`Entry ${index} of ${found.log.name}`, [found.entry]);
  return archiveAnswer(archive, `evidence-${found.log.id}-${index}`);
}
