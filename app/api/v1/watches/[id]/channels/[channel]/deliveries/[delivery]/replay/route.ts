import { namedId } from '../../../../../../../../../account/named-id.ts';
import { replayDelivery } from '../../../../../../../../../watch/settings/channel-acts.ts';
import { answerWatch, queued, type Named } from '../../../../../../../../keyed.ts';

/** Once more, under the same webhook-id. */
export async function POST(request: Request, names: Named<'id' | 'channel' | 'delivery'>): Promise<Response> {
  return answerWatch<'channel' | 'delivery'>(
    request,
    'watches:write',
    names,
    async ({ deps, watch, named }) => {
      const [channel, delivery] = [namedId(named.channel), namedId(named.delivery)];
      return queued(
        await deps.sql.begin((transaction) => replayDelivery(transaction, deps, watch, delivery, channel)),
      );
    },
  );
}
