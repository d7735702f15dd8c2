import { dependencies } from '../../../dependencies.ts';
import { mailboxIsOpenHere } from '../../../mailbox/open-here.ts';
import { listMessages } from '../../../mailbox/store.ts';
import { problem } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  if (!(await mailboxIsOpenHere())) return problem(404, 'There is no such resource.');
  const to = new URL(request.url).searchParams.get('to') ?? undefined;
  return Response.json(await listMessages(dependencies(), to, 200), {
    headers: { 'cache-control': 'no-store' },
  });
}
