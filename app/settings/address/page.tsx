import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { callerOfPage } from '../../account/asked.ts';
import { browserOf, sentSignInCode } from '../../account/login/email-code.ts';
import { dependencies } from '../../dependencies.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Stranger } from '../../ui/text.tsx';

export const metadata: Metadata = { title: 'Confirm an address', robots: { index: false } };

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function AddressPage({ searchParams }: Asked) {
  await callerOfPage('/settings');
  const deps = dependencies();
  const { problem } = await searchParams;
  const browser = browserOf(deps, await headers());
  const sent = browser === undefined ? undefined : await sentSignInCode(deps, browser);
  if (sent === undefined) redirect('/settings');
  return (
    <Page>
      <Opening label={`Reference ${sent.reference}`}>
        <h1>
          Is <Stranger text={sent.email} /> yours?
        </h1>
        <p className="lead">Type the code we mailed there.</p>
        <form method="post" className="ask">
          <label htmlFor="code">Code</label>
          <input
            id="code"
            name="code"
            type="text"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
          />
          <button type="submit">Confirm</button>
          {problem !== undefined && (
            <p className="problem" role="alert">
              That is not the code, or it no longer works.
            </p>
          )}
        </form>
      </Opening>
    </Page>
  );
}
