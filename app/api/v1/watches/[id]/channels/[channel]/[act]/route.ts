import { privateJson } from '../../../../../../../account/asked.ts';
import { namedId } from '../../../../../../../account/named-id.ts';
import { actOnChannel, type ChannelAct } from '../../../../../../../watch/settings/channel-acts.ts';
import { readChannels } from '../../../../../../../watch/settings/channels.ts';
import { recordFor } from '../../../../../../../watch/settings/record.ts';
import { channelJson } from '../../../../../../../watch/settings/settings-json.ts';
import { answerWatch, queued, type Named } from '../../../../../../keyed.ts';
import { problem } from '../../../../../../problem.ts';

const acts: readonly ChannelAct[] = ['test', 'rotate', 'enable'];

/** test sends a message there; rotate makes another secret, shown this once; enable tries again one that was gone. */
export async function POST(request: Request, names: Named<'id' | 'channel' | 'act'>): Promise<Response> {
  return answerWatch<'channel' | 'act'>(request, 'watches:write', names, async ({ deps, watch, named }) => {
    const id = namedId(named.channel);
    const act = acts.find((known) => known === named.act);
    if (act === undefined) return problem(404, 'There is no such thing.');
    const outcome = await deps.sql.begin(async (transaction) => {
      const done = await actOnChannel(transaction, deps, watch, id, act);
      if (done === 'changed') await recordFor(transaction, watch, 'channel.changed');
      return done;
    });
    const channel = (await readChannels(deps, watch)).find((one) => one.id === id);
    if (outcome !== 'changed' || channel === undefined) return queued(outcome);
    return privateJson({ ...channelJson(channel), secret: act === 'rotate' ? channel.secret : null });
  });
}
