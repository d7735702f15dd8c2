import { answerEntry } from '../../../../entry.ts';
import type { Named } from '../../../../keyed.ts';
import { publicJson } from '../../../../problem.ts';
import { entryJson } from '../../../signing-json.ts';

export async function GET(_request: Request, named: Named<'log' | 'index'>): Promise<Response> {
  return answerEntry(named, async (deps, entry) => publicJson(entryJson(entry, deps.config.web.url)));
}
