import { dependencies } from '../../../../../dependencies.ts';
import { findEvidence } from '../../../../../logs/store.ts';
import { problem } from '../../../../problem.ts';

/** As it was written down when it was seen: proofs, so it never changes. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  const evidence = await findEvidence(dependencies(), id);
  if (evidence === undefined)
    return problem(404, 'There is no incident of that id with evidence that stands without us.');
  return new Response(evidence, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="sigwatch-incident-${id.toLowerCase()}.json"`,
      'cache-control': 'no-cache',
    },
  });
}
