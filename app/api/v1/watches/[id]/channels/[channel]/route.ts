import { privateJson } from '../../../../../../account/asked.ts';
import { namedId } from '../../../../../../account/named-id.ts';
import { actOnChannel } from '../../../../../../watch/settings/channel-acts.ts';
import { doneAndRecorded } from '../../../../../../watch/settings/record.ts';
import { answerWatch, type Named } from '../../../../../keyed.ts';
import { problem } from '../../../../../problem.ts';

/** Nothing is told there any more. */
export async function DELETE(request: Request, names: Named<'id' | 'channel'>): Promise<Response> {
  return answerWatch<'channel'>(request, 'watches:write', names, async ({ deps, watch, named }) => {
    const id = namedId(named.channel);
    const ended = await doneAndRecorded(deps, watch, 'channel.ended', async (transaction) =>
      (await actOnChannel(transaction, deps, watch, id, 'remove')) === 'changed' ? id : undefined,
    );
    return ended === undefined
      ? problem(404, 'There is no such thing.')
      : privateJson({ id, state: 'ended' });
  });
}
