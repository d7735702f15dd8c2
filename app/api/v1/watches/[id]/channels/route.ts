import { privateJson } from '../../../../../account/asked.ts';
import { clientOf } from '../../../../../account/limits.ts';
import { addChannel } from '../../../../../watch/settings/channel-acts.ts';
import { refusals } from '../../../../../watch/settings/channel-refusal.ts';
import { readChannels } from '../../../../../watch/settings/channels.ts';
import { recordFor } from '../../../../../watch/settings/record.ts';
import { channelBody } from '../../../../../watch/settings/schemas.ts';
import { channelJson } from '../../../../../watch/settings/settings-json.ts';
import { answerWatch, withBody, type Named } from '../../../../keyed.ts';
import { problem } from '../../../../problem.ts';

export async function GET(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:read', named, async ({ deps, watch }) =>
    privateJson({ channels: (await readChannels(deps, watch)).map(channelJson) }),
  );
}

/** An address is written to once, and told nothing until its reader says yes. */
export async function POST(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:write', named, async ({ deps, watch }) =>
    withBody(request, channelBody, async (body) => {
      const client = clientOf(request);
      const added = await deps.sql.begin(async (transaction) => {
        const outcome = await addChannel(transaction, deps, watch, { ...body, client });
        if ('id' in outcome) await recordFor(transaction, watch, 'channel.added');
        return outcome;
      });
      if ('refused' in added) return problem(409, refusals[added.refused], added.refused);
      const made = (await readChannels(deps, watch)).find(({ id }) => id === added.id);
      if (made === undefined) return problem(404, 'There is no such thing.');
      const secret = made.kind === 'webhook' ? made.secret : null;
      return privateJson({ ...channelJson(made), secret }, 201);
    }),
  );
}
