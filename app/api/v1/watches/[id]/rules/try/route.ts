import { ruleSentence } from '#lib/rules/owner-rule.ts';
import { privateJson } from '../../../../../../account/asked.ts';
import { tryRule } from '../../../../../../watch/settings/rules.ts';
import { tryBody } from '../../../../../../watch/settings/schemas.ts';
import { answerWatch, withBody, type Named } from '../../../../../keyed.ts';

/** What a rule would have done to the alerts there were; nothing is kept. */
export async function POST(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:read', named, async ({ deps, watch }) =>
    withBody(request, tryBody, async ({ rule }) =>
      privateJson({ sentence: ruleSentence(rule), ...(await tryRule(deps, watch, rule)) }),
    ),
  );
}
