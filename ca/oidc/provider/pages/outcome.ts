/** What a person sees when there is nothing more to do here: the out-of-band code, or why it did not work. */
import { markup } from '../markup.ts';
import type { Page } from './document.ts';

export function outOfBandPage(code: string): Page {
  return {
    title: 'Copy this code',
    body: markup`<h1>Copy this code to your terminal</h1>
<p class="copy" id="authorization-code">${code}</p>
<p>It works once, for five minutes. Paste it where the program asks for a verification code, and nowhere else.</p>`,
  };
}

export function problemPage(status: number, title: string, advice: string, detail?: string): Page {
  return {
    title,
    status,
    body: markup`<h1>${title}</h1>
<p>${advice}</p>
${detail === undefined ? undefined : markup`<p class="soft">The exact reason: ${detail}</p>`}`,
  };
}

export const endedPage = problemPage(
  400,
  'This sign-in has ended',
  'It is over, too old, or was started in another browser. Start again from your program.',
);

export const tooManyPage = problemPage(
  429,
  'Too many tries from here',
  'Wait a few minutes and start again from your program.',
);
