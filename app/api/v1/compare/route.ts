import type { z } from 'zod';
import { compareFields } from '../../../compare/fields.ts';
import { findNamedEntry } from '../../../compare/named-entry.ts';
import { dependencies } from '../../../dependencies.ts';
import { compareQuery, type compareAnswer } from '../../../e/schemas.ts';
import { withQuery } from '../../keyed.ts';
import { problem, publicJson } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return withQuery(request, compareQuery, async ({ first, second }) => {
    const deps = dependencies();
    const [one, other] = await Promise.all([findNamedEntry(deps, first), findNamedEntry(deps, second)]);
    if (one === undefined || other === undefined)
      return problem(404, `${one === undefined ? 'first' : 'second'}: no entry that we verified`);
    const answer: z.infer<typeof compareAnswer> = {
      fields: compareFields(one.signing, other.signing).map((field) => ({
        name: field.name,
        first: field.first ?? null,
        second: field.second ?? null,
        differs: field.first !== field.second,
      })),
    };
    return publicJson(answer);
  });
}
