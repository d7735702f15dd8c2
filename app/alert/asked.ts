/** Finding the alert that a page or a press is about. Without the token there is no such alert. */
import { refusedPress } from '../account/asked.ts';
import { dependencies } from '../dependencies.ts';
import { seeOther, tokenIn, tokenOf } from '../form.ts';
import type { Answerer } from './answers.ts';
import { findHeldAlert, type Alert } from './store.ts';

export interface Asked {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export interface FoundAlert {
  readonly alert: Alert;
  readonly token: string;
}

export async function alertOfPage({ params, searchParams }: Asked): Promise<FoundAlert | undefined> {
  const token = tokenOf((await searchParams)['token']);
  const alert = await findHeldAlert(dependencies(), (await params).id, token);
  return alert === undefined || token === undefined ? undefined : { alert, token };
}

/** Does what was pressed, then leads to the path it gives, or back to the page of that name below the alert. */
export async function press(
  request: Request,
  params: Promise<{ id: string }>,
  act: (alert: Alert) => Promise<string | undefined | void>,
  back: '' | '/not-mine',
): Promise<Response> {
  const token = tokenIn(request);
  const { id } = await params;
  const alert = await findHeldAlert(dependencies(), id, token);
  if (alert === undefined)
    return refusedPress(
      request,
      404,
      'There is no such alert, or the link of the mail was cut off: copy it whole.',
    );
  const path = await act(alert);
  return seeOther(path ?? `/alert/${id}${back}?token=${token}`);
}

/** Who answers with a mailed link: whoever could read the mail, which is all we know. */
export function holderOf({ email }: Alert): Answerer {
  return { by: `whoever reads ${email}`, actor: { kind: 'mail' } };
}
