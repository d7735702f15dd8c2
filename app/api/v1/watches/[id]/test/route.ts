import { testWatch } from '../../../../../watch/settings/test-watch.ts';
import { answerWatch, queued, type Named } from '../../../../keyed.ts';

/** A test alert to the address and every channel, the way alerts go. */
export async function POST(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:write', named, async ({ deps, watch }) =>
    queued(await deps.sql.begin((transaction) => testWatch(transaction, deps, watch))),
  );
}
