import { privateJson } from '../../../../../../../account/asked.ts';
import { namedId } from '../../../../../../../account/named-id.ts';
import { pageOfDeliveries } from '../../../../../../../watch/settings/deliveries.ts';
import { deliveriesQuery } from '../../../../../../../watch/settings/schemas.ts';
import { answerWatch, withQuery, type Named } from '../../../../../../keyed.ts';

export async function GET(request: Request, names: Named<'id' | 'channel'>): Promise<Response> {
  return answerWatch<'channel'>(request, 'watches:read', names, async ({ deps, watch, named }) =>
    withQuery(request, deliveriesQuery, async (query) =>
      privateJson(await pageOfDeliveries(deps, watch, namedId(named.channel), query)),
    ),
  );
}
