import { dependencies } from '../../../dependencies.ts';
import { whyNobody } from '../../../find/not-understood.ts';
import { readIdentity } from '../../../find/question.ts';
import { identityJson } from '../../../signings/identity-json.ts';
import { identitiesQuery } from '../../../signings/schemas.ts';
import { withQuery } from '../../keyed.ts';
import { problem, publicJson } from '../../problem.ts';

/** What stands around a name; the signatures themselves are under signings. */
export async function GET(request: Request): Promise<Response> {
  return withQuery(request, identitiesQuery, async ({ identity: text }) => {
    const identity = readIdentity(text);
    if (identity === undefined)
      return problem(400, `identity: ${whyNobody(text) ?? 'not an e-mail address, repository or URI'}`);
    return publicJson(await identityJson(dependencies(), identity));
  });
}
