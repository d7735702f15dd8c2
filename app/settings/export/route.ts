import { readCaller } from '../../account/caller.ts';
import { exportOwnData } from '../../account/own-data.ts';
import { dependencies } from '../../dependencies.ts';
import { seeOther } from '../../form.ts';

export async function GET(request: Request): Promise<Response> {
  const deps = dependencies();
  const caller = await readCaller(deps, request.headers, 'page');
  if (caller === undefined) return seeOther('/sign-in?next=%2Fsettings');
  const data = await exportOwnData(deps, caller.userId);
  const text = JSON.stringify(
    data,
    (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
    2,
  );
  return new Response(`${text}\n`, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="sigwatch-my-data.json"',
      'cache-control': 'no-store',
    },
  });
}
