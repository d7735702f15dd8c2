import { privateJson } from '../../../../../../account/asked.ts';
import { namedId } from '../../../../../../account/named-id.ts';
import { doneAndRecorded } from '../../../../../../watch/settings/record.ts';
import { endRule } from '../../../../../../watch/settings/rules.ts';
import { answerWatch, type Named } from '../../../../../keyed.ts';
import { problem } from '../../../../../problem.ts';

/** It is no longer expected. */
export async function DELETE(request: Request, names: Named<'id' | 'rule'>): Promise<Response> {
  return answerWatch<'rule'>(request, 'watches:write', names, async ({ deps, watch, named }) => {
    const id = namedId(named.rule);
    const ended = await doneAndRecorded(deps, watch, 'rule.ended', async (transaction) =>
      (await endRule(transaction, watch, id)) ? id : undefined,
    );
    return ended === undefined
      ? problem(404, 'There is no such thing.')
      : privateJson({ id, state: 'ended' });
  });
}
