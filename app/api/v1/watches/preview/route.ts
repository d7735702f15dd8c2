import { answerApi, privateJson } from '../../../../account/asked.ts';
import { dependencies } from '../../../../dependencies.ts';
import { previewWatch } from '../../../../watches/preview.ts';
import { previewQuery, targetOf } from '../../../../watches/schemas.ts';
import { mayWatch } from '../../../../watches/store.ts';
import { previewJson } from '../../../../watches/watch-json.ts';
import { withQuery } from '../../../keyed.ts';
import { problem } from '../../../problem.ts';

/** What a watch would have taken in, asked before it is kept. */
export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'watches:read', (caller) =>
    withQuery(request, previewQuery, async (query) => {
      const target = targetOf(query);
      if (target === undefined) return problem(400, 'value: nothing can be watched by that');
      const deps = dependencies();
      if (!(await mayWatch(deps, caller, target)))
        return problem(403, 'A whole domain is for whoever proved to own it.');
      return privateJson(previewJson(target, await previewWatch(deps, target)));
    }),
  );
}
