import { answerApi } from '../../../../../account/asked.ts';
import { evidenceFile } from '../../../../../alert/evidence-file.ts';
import { teamAlert } from '../../../../../alerts/store.ts';
import { dependencies } from '../../../../../dependencies.ts';

export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) => {
    const deps = dependencies();
    return evidenceFile(deps, await teamAlert(deps, caller, (await params).id));
  });
}
