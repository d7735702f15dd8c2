import { answerApi, privateJson } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { intentJson } from '../../../intents/intent-json.ts';
import { intentBody, intentsQuery } from '../../../intents/schemas.ts';
import { listIntents, makeIntent } from '../../../intents/store.ts';
import { writePageCursor } from '../../page-cursor.ts';
import { readBody, readQuery } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'intents:read', async (caller) => {
    const query = readQuery(request, intentsQuery);
    if ('problem' in query) return query.problem;
    const { state, cursor, limit } = query.value;
    const rows = await listIntents(dependencies(), caller, { state, before: cursor?.[0], limit: limit + 1 });
    const intents = rows.slice(0, limit);
    const last = rows.length > limit ? intents.at(-1) : undefined;
    const next = last === undefined ? null : writePageCursor(String(last.number));
    return privateJson({ intents: intents.map(intentJson), next });
  });
}

export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'intents:write', async (caller) => {
    const body = await readBody(request, intentBody);
    if ('problem' in body) return body.problem;
    return privateJson(intentJson(await makeIntent(dependencies(), caller, body.value)), 201);
  });
}
