import { privateJson } from '../../../../../account/asked.ts';
import { doneAndRecorded } from '../../../../../watch/settings/record.ts';
import { acceptRule, readProposals, readRules } from '../../../../../watch/settings/rules.ts';
import { ruleBody } from '../../../../../watch/settings/schemas.ts';
import { rulesJson } from '../../../../../watch/settings/settings-json.ts';
import { answerWatch, withBody, type Named } from '../../../../keyed.ts';
import { problem } from '../../../../problem.ts';

export async function GET(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:read', named, async ({ deps, watch }) =>
    privateJson(rulesJson(await readRules(deps, watch), await readProposals(deps, watch))),
  );
}

export async function POST(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:write', named, async ({ deps, watch }) =>
    withBody(request, ruleBody, async ({ rule, ...how }) => {
      const known = await readRules(deps, watch);
      if (how.replaces !== undefined && !known.some(({ id }) => id === how.replaces))
        return problem(404, 'replaces: there is no such rule.');
      const id = await doneAndRecorded(deps, watch, 'rule.accepted', (transaction) =>
        acceptRule(transaction, deps, watch, rule, how),
      );
      const made = (await readRules(deps, watch)).filter((one) => one.id === id);
      const [answer] = rulesJson(made, []).rules;
      return answer === undefined
        ? problem(409, 'There are too many rules already.')
        : privateJson(answer, 201);
    }),
  );
}
