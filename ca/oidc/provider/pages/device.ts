/** The pages of the device grant (RFC 8628 §3.3): a person brings a short code here from a screen that has no browser. */
import { markup } from '../markup.ts';
import { describedBy, errorText, type Problem } from './sign-in.ts';
import type { Page } from './document.ts';

export interface DeviceForm {
  readonly token: string;
  readonly userCode: string;
  readonly problem: Problem | undefined;
}

export function deviceCodePage({ token, userCode, problem }: DeviceForm): Page {
  return {
    title: 'Type the code from your terminal',
    body: markup`<h1>Type the code from your terminal</h1>
<p>A program that signs software shows it. If you did not just start one, close this page.</p>
<form class="main" method="post" action="/oidc/device" novalidate>
<input type="hidden" name="xsrf" value="${token}">
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" type="text" autocomplete="off" autocapitalize="characters"
 spellcheck="false" maxlength="32" value="${userCode}" ${describedBy(problem, 'hint')} autofocus>
${errorText(problem)}
<p class="hint" id="hint">Like BCDF-GHJK.</p>
<button>Go on</button>
</form>`,
  };
}

export function deviceConfirmPage({ token, userCode }: Omit<DeviceForm, 'problem'>): Page {
  return {
    title: 'Is this the code on your terminal?',
    body: markup`<h1>Is this the code on your own terminal?</h1>
<p class="copy" id="shown">${userCode}</p>
<p class="problem"><strong>Did somebody send you here?</strong> Then stop: they would sign software as you.</p>
<form class="main" method="post" action="/oidc/device">
<input type="hidden" name="xsrf" value="${token}">
<input type="hidden" name="user_code" value="${userCode}">
<input type="hidden" name="confirm" value="yes">
<button>Yes, it is the same</button>
<button class="quiet" name="abort" value="yes">No, stop</button>
</form>`,
  };
}

export const deviceDonePage: Page = {
  title: 'You are signed in',
  body: markup`<h1>You are signed in</h1>
<p>Go back to your terminal; it goes on by itself within seconds. You can close this page.</p>`,
};
