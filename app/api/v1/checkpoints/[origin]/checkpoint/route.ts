/** The newest checkpoint of a log that we verified, where witnesses have theirs: other monitors hold it against what they saw. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { listLogs } from '../../../../../logs/store.ts';
import { problem } from '../../../../problem.ts';

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ origin: string }> },
): Promise<Response> {
  const { origin } = await params;
  if (!/^[0-9a-f]{64}$/.test(origin))
    return problem(400, 'origin: SHA-256 of what the log calls itself, in lower-case hexadecimal');
  const logs = await listLogs(dependencies());
  const named = logs.filter((log) => toHex(sha256(utf8(log.origin))) === origin);
  // One name may have had two keys: the one that is used now.
  const [log] = named.toSorted((a, b) => Number(b.verifiedAt ?? 0) - Number(a.verifiedAt ?? 0));
  if (log === undefined || log.verifiedCheckpoint === null)
    return problem(404, 'We have verified no checkpoint of a log of that name.');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' };
  return new Response(log.verifiedCheckpoint, { headers });
}
