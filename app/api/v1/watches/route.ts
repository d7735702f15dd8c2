import type { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { noSoonerThan } from '../../../form.ts';
import { answerFloorMs, requestWatch } from '../../../watch/store.ts';
import { problem, reasonOf } from '../../problem.ts';
import { watchRequest, type acceptedAnswer } from '../schemas.ts';

/** The same answer whether the address is known, new, or over its limit. */
export async function POST(request: Request): Promise<Response> {
  // A plain form of another site cannot send this type, so no page can make its visitors ask.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return problem(415, 'Send application/json.');
  const body: unknown = await request.json().catch(() => undefined);
  const read = watchRequest.safeParse(body);
  if (!read.success) return problem(400, reasonOf(read.error));
  const client = request.headers.get('x-sigwatch-client') ?? 'unknown';
  await noSoonerThan(answerFloorMs, requestWatch(dependencies(), { ...read.data, client }));
  const answer: z.infer<typeof acceptedAnswer> = {
    status: 'accepted',
    detail: 'If that address can be watched, a mail with a confirmation link is on its way.',
  };
  return Response.json(answer, { status: 202, headers: { 'cache-control': 'no-store' } });
}
