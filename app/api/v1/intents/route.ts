import { answerApi, privateJson } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { intentJson } from '../../../intents/intent-json.ts';
import { intentBody, intentsQuery } from '../../../intents/schemas.ts';
import { listIntents, makeIntent } from '../../../intents/store.ts';
import { readBody, readQuery } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'intents:write', async (caller) => {
    const query = readQuery(request, intentsQuery);
    if ('problem' in query) return query.problem;
    const intents = await listIntents(dependencies(), caller, query.value);
    return privateJson({ intents: intents.map(intentJson) });
  });
}

export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'intents:write', async (caller) => {
    const body = await readBody(request, intentBody);
    if ('problem' in body) return body.problem;
    return privateJson(intentJson(await makeIntent(dependencies(), caller, body.value)), 201);
  });
}
