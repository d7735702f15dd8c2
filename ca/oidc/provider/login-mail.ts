/** The mail with the sign-in code: readable in the list of mails, no link in it, and what to do if it was not asked for. */
import type { CodeToSend, LoginMail } from '#lib/server/login-code.ts';
import { markup } from './markup.ts';

export function loginMail({ code, reference, asker, minutes }: CodeToSend): LoginMail {
  const asked = `${asker} asked for your e-mail address, to sign software in your name.`;
  const use = `Type the code on the page that shows reference ${reference}. It works once, within ${minutes} minutes.`;
  const tell = 'Give it to nobody: whoever has it can sign software as you.';
  const otherwise =
    'If you did not ask for this, do nothing: without the code nobody can sign in. Somebody typed your address, perhaps by mistake.';
  const body = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="color-scheme" content="light dark" />
        <title>Your sign-in code</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 'Segoe UI',system-ui,sans-serif">
        <div style="max-width:520px">
          <p style="margin:0 0 16px">${asked}</p>
          <p style="margin:0 0 4px;font:700 32px/1.2 ui-monospace,Consolas,monospace;letter-spacing:4px">
            ${code}
          </p>
          <p style="margin:0 0 24px">Reference ${reference}</p>
          <p style="margin:0 0 16px">${use}</p>
          <p style="margin:0 0 16px"><strong>${tell}</strong></p>
          <p style="margin:0">${otherwise}</p>
        </div>
      </body>
    </html>`;
  return {
    subject: `Your sign-in code: ${code}`,
    text: `${asked}\n\n    ${code}\n\nReference ${reference}\n\n${use}\n\n${tell}\n\n${otherwise}\n`,
    html: body.text,
    // RFC 3834 §5: an automatic mail says so, lest an absence note answer it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Sigwatch-Reference': reference },
  };
}
