import { answerApi, privateJson } from '../../../../account/asked.ts';
import { listApiKeys } from '../../../../account/api-key.ts';
import { dependencies } from '../../../../dependencies.ts';
import { teamOfKey } from '../../../keyed.ts';

/** Keys are made by people alone, under Settings: one that could make others could not be taken back. */
export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', async (caller) => {
    const keys = await listApiKeys(dependencies(), teamOfKey(caller, 'responder').id);
    return privateJson({
      keys: keys.map(({ id, name, hint, scopes, createdAt, expiresAt, usedAt }) => ({
        id,
        name,
        hint,
        scopes,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        usedAt: usedAt?.toISOString() ?? null,
      })),
    });
  });
}
