import { answerApi } from '../../../../account/asked.ts';
import { requirePerson } from '../../../../account/caller.ts';
import { ownDataFile } from '../../../../account/own-data.ts';
import { dependencies } from '../../../../dependencies.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'account:read', async (caller) =>
    ownDataFile(dependencies(), requirePerson(caller)),
  );
}
