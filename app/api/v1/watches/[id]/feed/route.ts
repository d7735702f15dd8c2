import { privateJson } from '../../../../../account/asked.ts';
import { feedAddress, renewFeed } from '../../../../../watch/settings/feed.ts';
import { doneAndRecorded } from '../../../../../watch/settings/record.ts';
import { answerWatch, type Named } from '../../../../keyed.ts';

/** Makes the secret address of the feed, or another one in its place. */
export async function POST(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:write', named, async ({ deps, watch }) => {
    await doneAndRecorded(deps, watch, 'watch.changed', async (transaction) => {
      await renewFeed(transaction, deps, watch);
      return watch.id;
    });
    return privateJson({ url: await feedAddress(deps, watch) }, 201);
  });
}
