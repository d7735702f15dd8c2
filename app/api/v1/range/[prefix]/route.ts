import { dependencies } from '../../../../dependencies.ts';
import { holdsSignatures } from '../../../../logs/searched.ts';
import { completeUpTo, listLogs } from '../../../../logs/store.ts';
import { inOneSnapshot } from '../../../../snapshot.ts';
import { problem } from '../../../problem.ts';
import { findBucket, paddedAnswer, prefixForm } from '../bucket.ts';

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ prefix: string }> },
): Promise<Response> {
  const { prefix } = await params;
  if (!prefixForm.test(prefix))
    return problem(400, 'prefix: the first five hexadecimal digits, in lower case, of SHA-256 of the name');
  const deps = dependencies();
  const [bucket, logs] = await inOneSnapshot(deps, (reads) =>
    Promise.all([findBucket(reads, prefix), listLogs(reads)]),
  );
  const headers = {
    'content-type': 'application/json',
    // Many who ask share one answer, and a cache in front keeps even the prefix from us. Compressed, by us or on the way,
    // the padding would say how much of it there is.
    'cache-control': 'public, max-age=60, stale-while-revalidate=300, no-transform',
  };
  return new Response(paddedAnswer(bucket, completeUpTo(logs.filter(holdsSignatures))), { headers });
}
