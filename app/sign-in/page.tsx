import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { visitor } from '../account/asked.ts';
import { nextPath } from '../account/next-path.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { dependencies } from '../dependencies.ts';

export const metadata: Metadata = { title: 'Sign in', robots: { index: false } };

const problems: Readonly<Record<string, string>> = {
  email: 'That is not an address we can write to. It looks like jane@example.com.',
  ended: 'That sign-in took too long, or began in another browser. Begin again.',
  provider: 'The other side did not say who you are. Nothing was changed; try again.',
};

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function SignInPage({ searchParams }: Asked) {
  const { next: asked, problem } = await searchParams;
  const next = nextPath(asked);
  if ((await visitor()) !== undefined) redirect(next);
  const words = typeof problem === 'string' ? problems[problem] : undefined;
  const { logins } = dependencies();
  return (
    <Page>
      <Opening label="Sign in">
        <h1>Sign in</h1>
        <p className="lead">
          We mail you a code to type here. There is no password, and your first code makes the account.
        </p>
        <form method="post" className="ask">
          <input type="hidden" name="act" value="address" />
          <input type="hidden" name="next" value={next} />
          <label htmlFor="email">Your e-mail address</label>
          <input
            id="email"
            name="email"
            type="email"
            required
            autoComplete="email"
            placeholder="jane@example.com"
            aria-describedby={words === undefined ? undefined : 'problem'}
          />
          <button type="submit">Mail me a code</button>
          {words !== undefined && (
            <p id="problem" className="problem" role="alert">
              {words}
            </p>
          )}
        </form>
        <div data-script="passkey" data-act="sign-in" data-next={next} />
      </Opening>
      {logins.names.length > 0 && (
        <Line label="Or with">
          <div className="choices">
            {logins.names.map((name) => (
              <form key={name} method="post">
                <input type="hidden" name="act" value="provider" />
                <input type="hidden" name="next" value={next} />
                <input type="hidden" name="provider" value={name} />
                <button type="submit" className="second">
                  {name}
                </button>
              </form>
            ))}
          </div>
        </Line>
      )}
      <Line label="What it is for">
        <p>
          Searching, verifying and watching one name need no account. With one you keep your watches together,
          share them with a team, and prove which names are yours.
        </p>
      </Line>
    </Page>
  );
}
