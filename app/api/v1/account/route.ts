import type { z } from 'zod';
import { answerApi, privateJson } from '../../../account/asked.ts';
import type { accountAnswer } from '../../../account/schemas.ts';

/** What a key is, so that its holder can check it before relying on it. */
export async function GET(request: Request): Promise<Response> {
  return answerApi(request, undefined, async ({ teams, proof }) => {
    const [team] = teams;
    const answer: z.infer<typeof accountAnswer> = {
      team: team === undefined ? null : { id: team.id, name: team.name, role: team.role },
      scopes: proof.kind === 'key' ? [...proof.scopes] : [],
    };
    return privateJson(answer);
  });
}
