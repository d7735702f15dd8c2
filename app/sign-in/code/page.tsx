import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { browserOf, sentSignInCode } from '../../account/login/email-code.ts';
import { nextPath } from '../../account/next-path.ts';
import { dependencies } from '../../dependencies.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Stranger } from '../../ui/text.tsx';

export const metadata: Metadata = { title: 'Type your code', robots: { index: false } };

const problems: Readonly<Record<string, string>> = {
  wrong: 'That is not the code. After five attempts it no longer works.',
  spent: 'No code sent to this page works any more. Ask for another one.',
};

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function CodePage({ searchParams }: Asked) {
  const deps = dependencies();
  const { next: asked, problem } = await searchParams;
  const next = nextPath(asked);
  const browser = browserOf(deps, await headers());
  const sent = browser === undefined ? undefined : await sentSignInCode(deps, browser);
  if (sent === undefined) redirect('/sign-in?problem=ended');
  const words = typeof problem === 'string' ? problems[problem] : undefined;
  return (
    <Page>
      <Opening label={`Reference ${sent.reference}`}>
        <h1>Type your code</h1>
        <p className="lead">
          If <Stranger text={sent.email} /> can be written to, a mail with 8 digits and the reference{' '}
          {sent.reference} is on its way.
        </p>
        <form method="post" className="ask">
          <input type="hidden" name="next" value={next} />
          <label htmlFor="code">Code</label>
          <input
            id="code"
            name="code"
            type="text"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            aria-describedby={words === undefined ? undefined : 'problem'}
          />
          <button type="submit">Sign in</button>
          {words !== undefined && (
            <p id="problem" className="problem" role="alert">
              {words}
            </p>
          )}
        </form>
      </Opening>
      <Line label="No mail?">
        <p>
          Look among what was sorted out, then{' '}
          <a href={`/sign-in?next=${encodeURIComponent(next)}`}>ask for another code</a>.
          {deps.config.demoMailbox && (
            <>
              {' '}
              This is a demonstration: the mail is in the <a href="/mailbox">demo mailbox</a>.
            </>
          )}
        </p>
      </Line>
    </Page>
  );
}
