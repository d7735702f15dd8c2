/** The three pages on which a person gives an address, types the code, or agrees to share the address once more. */
import type { Asker } from '../asker.ts';
import type { Person } from '../person.ts';
import { markup, type Markup } from '../markup.ts';
import type { Page } from './document.ts';

export interface SignInForm {
  readonly interaction: string;
  readonly token: string;
  readonly asker: Asker;
  /** Names of the providers upstream, in the order of the file. */
  readonly providers?: readonly string[];
}

export interface Problem {
  readonly status: number;
  readonly message: string;
}

export function addressPage(form: SignInForm, given: { email: string; problem?: Problem | undefined }): Page {
  const { asker } = form;
  return {
    title: 'Sign in to sign software',
    status: given.problem?.status ?? 200,
    formTarget: asker.formTarget,
    body: markup`<h1>${asker.name} wants to know your e-mail address</h1>
<p>${asker.whence}, to sign software in your name. If you did not just start that, cancel.</p>
${publicForEver}
${elsewhere(form)}
<form class="main" method="post" action="${action(form, 'address')}" novalidate>
${hidden(form)}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="254"
 value="${given.email}" ${describedBy(given.problem, 'hint')} autofocus>
${errorText(given.problem)}
<p class="hint" id="hint">We send an 8-digit code to it. No account, no password.</p>
<button>Send me a code</button>
</form>
${others(form, [])}`,
  };
}

export interface CodePage {
  readonly email: string;
  readonly reference: string;
  /** Where the demo mailbox is, when no mail leaves this machine. */
  readonly mailbox: string | undefined;
  readonly problem?: Problem | undefined;
}

export function codePage(form: SignInForm, { email, reference, mailbox, problem }: CodePage): Page {
  const again = markup`<form method="post" action="${action(form, 'address')}">${hidden(form)}
<input type="hidden" name="email" value="${email}"><button>Send another code</button></form>`;
  return {
    title: 'Type the code from your mail',
    status: problem?.status ?? 200,
    formTarget: form.asker.formTarget,
    body: markup`<h1>Type the code from your mail</h1>
<p>We sent it to <bdi>${email}</bdi>. The mail carries the reference <strong id="reference" class="mono">${reference}</strong>.</p>
${mailbox === undefined ? undefined : demo(mailbox)}
<form class="main" method="post" action="${action(form, 'code')}" novalidate>
${hidden(form)}
<label for="code">Code, 8 digits</label>
<input id="code" class="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="16"
 ${describedBy(problem, 'hint')} autofocus>
${errorText(problem)}
<p class="hint" id="hint">It works for 10 minutes. With it you share your address with ${form.asker.name}.</p>
<button>Share my address</button>
</form>
${others(form, [again, otherAddress(form)])}
<p class="soft">No mail? Look among the junk. An address gets at most three codes an hour, whoever asks for them.</p>`,
  };
}

/** For somebody this browser already knows. Native programs cannot prove who they are, so they ask each time (RFC 8252 §8.6). */
export function consentPage(form: SignInForm, { email, upstream }: Person): Page {
  const { asker } = form;
  return {
    title: 'Sign in to sign software',
    formTarget: asker.formTarget,
    body: markup`<h1>${asker.name} wants to know your e-mail address</h1>
<p>${asker.whence}, to sign software in your name. If you did not just start that, cancel.</p>
<p>You are signed in as <bdi>${email}</bdi>${upstream === undefined ? undefined : markup` by <bdi>${upstream}</bdi>`}.</p>
${publicForEver}
<form class="main" method="post" action="${action(form, 'consent')}">${hidden(form)}<button>Share my address</button></form>
${others(form, [otherAddress(form)])}`,
  };
}

export interface ReturnedPage {
  /** Name of the provider. */
  readonly upstream: string;
  readonly state: string;
  readonly code: string;
}

/** Back from a provider. Only the button asks it who this is: browsers and scanners open addresses by themselves. */
export function returnedPage(form: SignInForm, { upstream, state, code }: ReturnedPage): Page {
  const { asker } = form;
  return {
    title: 'Sign in to sign software',
    formTarget: asker.formTarget,
    body: markup`<h1>${asker.name} wants to know your e-mail address</h1>
<p>You are back from ${upstream}. Go on, and we ask it for the address it has verified as yours.</p>
${publicForEver}
<form class="main" method="post" action="${action(form, 'returned')}">${hidden(form)}
<input type="hidden" name="state" value="${state}"><input type="hidden" name="code" value="${code}">
<button>Share my address</button></form>
${others(form, [otherAddress(form)])}`,
  };
}

function elsewhere(form: SignInForm): Markup | undefined {
  const { providers = [] } = form;
  if (providers.length === 0) return undefined;
  const links = providers.map(
    (name, at) =>
      markup`<a class="provider" href="/oidc/interaction/${form.interaction}/with/${at}">Sign in with ${name}</a>`,
  );
  return markup`<div class="providers">${links}</div><p class="soft">Or by a code that we mail to you:</p>`;
}

const publicForEver = markup`<p class="public"><strong>Public for ever.</strong> If you sign, your address goes into a public
log with what you signed and when, where everybody can read it. It cannot be taken out again.</p>`;

function demo(mailbox: string): Markup {
  return markup`<p class="demo">Demo mode: no mail leaves this machine. Find it in the
<a href="${mailbox}" target="_blank" rel="noopener noreferrer">demo mailbox (new tab)</a>.</p>`;
}

function action(form: SignInForm, step: string): string {
  return `/oidc/interaction/${form.interaction}/${step}`;
}

function hidden(form: SignInForm): Markup {
  return markup`<input type="hidden" name="token" value="${form.token}">`;
}

function otherAddress(form: SignInForm): Markup {
  return markup`<a href="/oidc/interaction/${form.interaction}?step=address">Use another address</a>`;
}

function others(form: SignInForm, ways: readonly Markup[]): Markup {
  return markup`<div class="others">${ways}
<form method="post" action="${action(form, 'cancel')}">${hidden(form)}<button>Cancel</button></form></div>`;
}

export function describedBy(problem: Problem | undefined, hint: string): Markup {
  if (problem === undefined) return markup`aria-describedby="${hint}"`;
  return markup`aria-invalid="true" aria-describedby="error ${hint}"`;
}

export function errorText(problem: Problem | undefined): Markup | undefined {
  return (
    problem &&
    markup`<p class="error" id="error" role="alert"><span aria-hidden="true">✕ </span>${problem.message}</p>`
  );
}
