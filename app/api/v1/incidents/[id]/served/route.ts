import { dependencies } from '../../../../../dependencies.ts';
import { findServed } from '../../../../../logs/store.ts';
import { problem } from '../../../../problem.ts';

/** As it was written down when it was seen: proofs, so it never changes. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const served = await findServed(dependencies(), id);
  if (served === undefined) return problem(404, 'There is no incident of that id with served bytes kept.');
  return new Response(served, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="sigwatch-wrong-bytes-${id.toLowerCase()}.json"`,
      'cache-control': 'no-cache',
    },
  });
}
