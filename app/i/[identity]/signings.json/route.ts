import { signingJson } from '../../../api/v1/signing-json.ts';
import { completeUpTo } from '../../../logs/store.ts';
import { writeCursor } from '../../../signings/cursor.ts';
import { exportHeaders, readExported, type Asked } from '../exported.ts';

const rowsInFile = 5000;

export async function GET(request: Request, asked: Asked): Promise<Response> {
  const exported = await readExported(request, asked, rowsInFile);
  if (exported instanceof Response) return exported;
  const { deps, identity, exact, narrowing, found } = exported;
  const body = {
    identity: { ...identity, exact },
    narrowedBy: narrowing,
    completeUpTo: completeUpTo(exported.logs),
    total: found.total,
    signings: found.signings.map((signing) => signingJson(signing, deps.config.web.url)),
    next: found.next === undefined ? null : writeCursor(found.next),
  };
  return new Response(JSON.stringify(body), {
    headers: exportHeaders(exported, 'application/json', 'signings.json'),
  });
}
