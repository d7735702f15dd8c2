import type { z } from 'zod';
import { answerApi, privateJson } from '../../../account/asked.ts';
import { listActs } from '../../../account/audit-list.ts';
import { dependencies } from '../../../dependencies.ts';
import { readQuery } from '../../problem.ts';
import { auditQuery, type auditAnswer } from '../schemas.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', async ({ teams }) => {
    const query = readQuery(request, auditQuery);
    if ('problem' in query) return query.problem;
    const [team] = teams;
    const acts = team === undefined ? [] : await listActs(dependencies(), team.id, query.value.before);
    const answer: z.infer<typeof auditAnswer> = {
      acts: acts.map(({ entry, at, statement, ...act }) => ({
        ...act,
        detail: { ...act.detail },
        at: at.toISOString(),
        entry: entry === undefined ? null : { log: entry.logUrl, index: entry.index },
        statement: statement ?? null,
      })),
    };
    return privateJson(answer);
  });
}
