import { readCaller } from '../../account/caller.ts';
import { ownDataFile } from '../../account/own-data.ts';
import { dependencies } from '../../dependencies.ts';
import { seeOther } from '../../form.ts';

export async function GET(request: Request): Promise<Response> {
  const deps = dependencies();
  const caller = await readCaller(deps, request.headers, 'page');
  if (caller === undefined) return seeOther('/sign-in?next=%2Fsettings');
  return ownDataFile(deps, caller.userId);
}
