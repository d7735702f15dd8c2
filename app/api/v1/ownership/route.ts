import type { z } from 'zod';
import { answerApi, privateJson } from '../../../account/asked.ts';
import { listOwnership } from '../../../account/ownership/store.ts';
import { dependencies } from '../../../dependencies.ts';
import type { ownershipAnswer } from '../schemas.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', async ({ teams }) => {
    const [team] = teams;
    const owned = team === undefined ? [] : await listOwnership(dependencies().sql, team.id);
    const answer: z.infer<typeof ownershipAnswer> = {
      ownership: owned.map(({ id, kind, value, method, bound, provenAt, failingSince }) => ({
        id,
        kind,
        value,
        state: provenAt === undefined ? 'asked' : failingSince === undefined ? 'proven' : 'failing',
        method: method ?? null,
        bound: Object.fromEntries(Object.entries(bound).map(([name, number]) => [name, number ?? ''])),
        provenAt: provenAt?.toISOString() ?? null,
      })),
    };
    return privateJson(answer);
  });
}
