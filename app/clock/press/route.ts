import { dependencies } from '../../dependencies.ts';
import { readForm, seeOther } from '../../form.ts';
import { backPath } from '../../theme/theme.ts';
import { clockForm, writeZone } from '../zone.ts';

export async function POST(request: Request): Promise<Response> {
  const form = await readForm(request, clockForm);
  if (form === undefined) return seeOther('/');
  const answer = seeOther(backPath(form.back));
  answer.headers.append(
    'set-cookie',
    writeZone(form.zone, dependencies().config.web.url.startsWith('https:')),
  );
  return answer;
}
