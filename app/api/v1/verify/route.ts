import { AmbiguousJsonError, parseStrictJson } from '#lib/encoding/strict-json.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { dependencies } from '../../../dependencies.ts';
import { readVerifyBody } from '../../../verify/schemas.ts';
import { problem } from '../../problem.ts';
import { reasonOf } from '../../reason.ts';

/** Refused by the verifier is an answer like any other: 200. Nothing of what is sent is kept. */
export async function POST(request: Request): Promise<Response> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return problem(415, 'Send application/json.');
  // Strictly: a bundle given as JSON must not lose a member that stands there twice.
  const text = await request.text();
  let body: unknown;
  try {
    body = parseStrictJson(text);
  } catch (error) {
    return problem(
      400,
      error instanceof AmbiguousJsonError ? visibleText(`${error.message}.`, 120) : 'The body is not JSON.',
    );
  }
  const read = readVerifyBody(body);
  if (!read.success) return problem(400, reasonOf(read.error));
  const outcome = await dependencies().verify(read.data);
  return outcome.kind === 'problem'
    ? problem(outcome.status, outcome.detail)
    : Response.json(outcome.answer, { headers: { 'cache-control': 'no-store' } });
}
