/** Nobody gets into a public log unawares: what a signature makes known, said before, agreed to by typing or by --yes. */
import { createInterface } from 'node:readline/promises';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { IdToken } from '#lib/sign/id-token.ts';
import { CommandError, exitCode } from './exit-codes.ts';

export async function askConsent({ subject, issuer }: IdToken, logs: readonly string[]): Promise<void> {
  const notice =
    `Signing makes known, for ever and to everybody who can read ${logs.join(' and ')}:\n` +
    `  ${visibleText(subject)}, the login ${visibleText(issuer)}, the time and the digest of what you sign.\n`;
  process.stderr.write(notice);
  if (!process.stdin.isTTY) {
    throw new CommandError(exitCode.abandoned, 'nobody is here to agree to that: add --yes');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // ^C and ^D close it, and a question that nobody can answer any more would never end.
  const gone = new AbortController();
  terminal.once('close', () => gone.abort());
  try {
    const answer = await terminal.question('Go on? [y/N] ', gone).catch(() => '');
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(exitCode.abandoned, 'nothing was signed');
  } finally {
    terminal.close();
  }
}
