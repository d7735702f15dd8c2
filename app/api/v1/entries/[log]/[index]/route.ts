import { toHex } from '#lib/encoding/bytes.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { readEntryAddress } from '../../../../../e/entry-number.ts';
import { findEntry } from '../../../../../e/store.ts';
import { problem, publicJson } from '../../../../problem.ts';
import { signingJson } from '../../../signing-json.ts';

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ log: string; index: string }> },
): Promise<Response> {
  const { log, index } = await params;
  const address = readEntryAddress(log, index);
  if (address === undefined) return problem(400, 'index: not a plain decimal number');
  const deps = dependencies();
  const found = await findEntry(deps, address.log, address.index);
  if (found === undefined) return problem(404, 'We do not follow a log of that name.');
  if (found.entry === undefined)
    return problem(404, `That entry is not verified; this log is, up to entry ${found.log.verifiedSize}.`);
  const { signing, leafHash } = found.entry;
  return publicJson({ ...signingJson(signing, deps.config.web.url), leafHash: toHex(leafHash) });
}
