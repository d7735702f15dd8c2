import { toHex } from '#lib/encoding/bytes.ts';
import { answerEntry } from '../../../../entry.ts';
import type { Named } from '../../../../keyed.ts';
import { publicJson } from '../../../../problem.ts';
import { signingJson } from '../../../signing-json.ts';

export async function GET(_request: Request, named: Named<'log' | 'index'>): Promise<Response> {
  return answerEntry(named, async (deps, { signing, leafHash }) =>
    publicJson({ ...signingJson(signing, deps.config.web.url), leafHash: toHex(leafHash) }),
  );
}
