import { answerApi, privateJson } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { freezeJson } from '../../../freezes/freeze-json.ts';
import { freezeBody } from '../../../freezes/schemas.ts';
import { freeze, listFreezes } from '../../../freezes/store.ts';
import { readBody, whenAuthorityAnswers } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'freezes:write', async (caller) =>
    privateJson({ freezes: (await listFreezes(dependencies(), caller)).map(freezeJson) }),
  );
}

export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'freezes:write', async (caller) => {
    const body = await readBody(request, freezeBody);
    if ('problem' in body) return body.problem;
    return whenAuthorityAnswers(async () =>
      privateJson(freezeJson(await freeze(dependencies(), caller, body.value)), 201),
    );
  });
}
