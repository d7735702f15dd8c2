import type { z } from 'zod';
import { answerApi, privateJson } from '../../../account/asked.ts';
import { actsAPage, listActs } from '../../../account/audit-list.ts';
import { auditQuery, type auditAnswer } from '../../../account/schemas.ts';
import { dependencies } from '../../../dependencies.ts';
import { withQuery } from '../../keyed.ts';
import { writePageCursor } from '../../page-cursor.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', ({ teams: [team] }) =>
    withQuery(request, auditQuery, async ({ cursor, before }) => {
      const acts = team === undefined ? [] : await listActs(dependencies(), team.id, cursor?.[0] ?? before);
      const last = acts.length < actsAPage ? undefined : acts.at(-1);
      const answer: z.infer<typeof auditAnswer> = {
        acts: acts.map(({ id, at, who, act, what, detail, entry, statement }) => ({
          id,
          at: at.toISOString(),
          who,
          act,
          what,
          detail: { ...detail },
          entry: entry === undefined ? null : { log: entry.logUrl, index: entry.index },
          statement: statement ?? null,
        })),
        next: last === undefined ? null : writePageCursor(last.id),
      };
      return privateJson(answer);
    }),
  );
}
