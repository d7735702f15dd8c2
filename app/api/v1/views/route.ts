import { answerApi, privateJson } from '../../../account/asked.ts';
import { viewBody } from '../../../alerts/schemas.ts';
import { builtInViews, readAddress, savedViews, saveView, writeAddress } from '../../../alerts/views.ts';
import { dependencies } from '../../../dependencies.ts';
import { withBody } from '../../keyed.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) =>
    privateJson({ builtIn: builtInViews, saved: await savedViews(dependencies(), caller) }),
  );
}

/** One of that name is replaced. */
export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'alerts:write', (caller) =>
    withBody(request, viewBody, async ({ name, query }) => {
      const view = { name, query: writeAddress(readAddress(new URLSearchParams(query))) };
      return privateJson(await saveView(dependencies(), caller, view), 201);
    }),
  );
}
