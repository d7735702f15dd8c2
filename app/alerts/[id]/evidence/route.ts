import { AccountError } from '../../../account/account-error.ts';
import { readCaller } from '../../../account/caller.ts';
import { evidenceFile } from '../../../alert/evidence-file.ts';
import { dependencies } from '../../../dependencies.ts';
import { teamAlert, type InboxAlert } from '../../store.ts';

/** For members of its team. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  return evidenceFile(dependencies(), await ownAlert(request, (await params).id));
}

async function ownAlert(request: Request, id: string): Promise<InboxAlert | undefined> {
  const deps = dependencies();
  const caller = await readCaller(deps, request.headers, 'page');
  if (caller === undefined) return undefined;
  try {
    return await teamAlert(deps, caller, id);
  } catch (error) {
    if (error instanceof AccountError) return undefined;
    throw error;
  }
}
