/** What is shown at the library's own steps: the device grant, the out-of-band code, and refusals. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { outOfBandUri, type Shows } from './issuer.ts';
import { mountedPath } from './library-request.ts';
import { deviceCodePage, deviceConfirmPage, deviceDonePage } from './pages/device.ts';
import type { Page, RenderedPage } from './pages/document.ts';
import { outOfBandPage, problemPage } from './pages/outcome.ts';
import type { Problem } from './pages/sign-in.ts';

type Render = (page: Page) => RenderedPage;
type Context = Pick<KoaContextWithOIDC, 'req' | 'set' | 'status' | 'body' | 'response'>;

export function libraryPages(render: Render): Shows {
  const show = (ctx: Context, page: Page) => put(ctx, render(page));
  return {
    error: (ctx, { error, error_description: description }) => {
      const detail = description === undefined ? error : `${error}: ${description}`;
      const advice =
        'The program that sent you here asked for something we do not do, or too late. Start it again.';
      show(ctx, problemPage(ctx.status, 'This sign-in cannot go on', advice, detail));
    },
    deviceCode: (ctx, failure) => {
      const asked = new URL(mountedPath(ctx.req), 'http://localhost').searchParams.get('user_code') ?? '';
      const typed = failure !== undefined && 'userCode' in failure ? String(failure.userCode) : asked;
      show(ctx, deviceCodePage({ token: formSecret(ctx), userCode: typed, problem: deviceProblem(failure) }));
    },
    deviceConfirm: (ctx, userCode) => show(ctx, deviceConfirmPage({ token: formSecret(ctx), userCode })),
    deviceDone: (ctx) => show(ctx, deviceDonePage),
  };
}

/** A program that waits for no redirect asked to show the code instead: the library can only redirect to its URN. */
export function showOutOfBand(ctx: Context, render: Render): void {
  const location = ctx.response.headers['location'];
  if (typeof location !== 'string' || !location.startsWith(`${outOfBandUri}?`)) return;
  const answer = new URL(location).searchParams;
  const code = answer.get('code');
  ctx.response.remove('location');
  const cancelled = () =>
    problemPage(400, 'Nothing was shared', 'Your program gets no code.', answer.get('error') ?? undefined);
  put(ctx, render(code === null ? cancelled() : outOfBandPage(code)));
}

function put(ctx: Context, page: RenderedPage): void {
  ctx.status = page.status;
  ctx.set(page.headers);
  ctx.body = page.body;
}

function formSecret(ctx: KoaContextWithOIDC): string {
  const { secret } = (ctx.oidc.session?.state ?? {}) as { secret?: unknown };
  return typeof secret === 'string' ? secret : '';
}

const deviceProblems: Readonly<Record<string, string>> = {
  NoCodeError: 'Type the code your terminal shows.',
  NotFoundError: 'No program waits for this code. Compare it with your terminal.',
  ExpiredError: 'This code is too old. Start your program again for a new one.',
  AlreadyUsedError: 'This code was used already. Start your program again for a new one.',
  AbortedError: 'Nothing was shared. Your program was told that you stopped.',
};

function deviceProblem(failure: Error | undefined): Problem | undefined {
  if (failure === undefined) return undefined;
  return { status: 400, message: deviceProblems[failure.name] ?? 'That did not work. Try again.' };
}
