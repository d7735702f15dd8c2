import { dependencies } from '../../dependencies.ts';
import { readForm, seeOther } from '../../form.ts';
import { backPath, themeForm, writeTheme } from '../theme.ts';

export async function POST(request: Request): Promise<Response> {
  const form = await readForm(request, themeForm);
  if (form === undefined) return seeOther('/');
  const answer = seeOther(backPath(form.back));
  answer.headers.append(
    'set-cookie',
    writeTheme(form.theme, dependencies().config.web.url.startsWith('https:')),
  );
  return answer;
}
