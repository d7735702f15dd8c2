import { answerApi, privateJson } from '../../../../account/asked.ts';
import { dependencies } from '../../../../dependencies.ts';
import { freezeJson } from '../../../../freezes/freeze-json.ts';
import { liftBody } from '../../../../freezes/schemas.ts';
import { liftFreeze } from '../../../../freezes/store.ts';
import { readBody, whenAuthorityAnswers } from '../../../problem.ts';

export async function DELETE(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  return answerApi(request, 'freezes:write', async (caller) => {
    const body = await readBody(request, liftBody, {});
    if ('problem' in body) return body.problem;
    const { id } = await params;
    return whenAuthorityAnswers(async () =>
      privateJson(freezeJson(await liftFreeze(dependencies(), caller, id, body.value.reason))),
    );
  });
}
