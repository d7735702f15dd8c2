import { proofJson, proveAnew } from '../../../../../../e/proof-json.ts';
import { answerEntry } from '../../../../../entry.ts';
import type { Named } from '../../../../../keyed.ts';
import { publicJson } from '../../../../../problem.ts';

export async function GET(_request: Request, named: Named<'log' | 'index'>): Promise<Response> {
  return answerEntry(named, async (deps, entry) =>
    publicJson(proofJson(entry, await proveAnew(deps, entry))),
  );
}
