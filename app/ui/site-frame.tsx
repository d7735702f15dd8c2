/** What stands around every page, whoever makes it: the name and the ways around above, what is rarely needed below. */
import type { ReactNode } from 'react';
import type { Config } from '#lib/server/config.ts';
import { ThemeChoice } from '../theme/theme-choice.tsx';
import type { Theme } from '../theme/theme.ts';
import { Wordmark } from './wordmark.tsx';

type Framing = Pick<Config, 'demoMailbox' | 'ca'>;

const ways = [
  ['/sign', 'Sign'],
  ['/verify', 'Verify'],
  ['/logs', 'Logs'],
  ['/api', 'API'],
  ['/about', 'About'],
] as const;

/** On a phone the row has no room for the first word, which is heard all the same. */
const mailbox = (
  <>
    <span className="roomy-word">Demo </span>
    <span className="word-alone">mailbox</span>
  </>
);

interface Head {
  readonly config: Framing;
  readonly path: string;
  /** The way in, or to what is the reader's own. */
  readonly account: ReactNode;
  /** What stands beside and below the ways around. */
  readonly children?: ReactNode;
}

export function SiteHead({ config, path, account, children }: Head) {
  const shown = config.demoMailbox ? [...ways, ['/mailbox', mailbox] as const] : ways;
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Wordmark />
        <nav className="nav small" aria-label="Site">
          {shown.map(([href, words]) => (
            <a key={href} href={href} aria-current={isHere(path, href) ? 'page' : undefined}>
              {words}
            </a>
          ))}
          <span className="nav-own">{account}</span>
        </nav>
        {children}
      </header>
    </>
  );
}

function isHere(path: string, href: string): boolean {
  return path.split(/[?#]/, 1)[0] === href;
}

interface Foot {
  readonly config: Framing;
  readonly path: string;
  readonly theme: Theme | undefined;
  readonly clock?: ReactNode;
}

export function SiteFoot({ config, path, theme, clock }: Foot) {
  return (
    <footer className="foot">
      <p>
        What stands in a log stays there for ever. We show what we verified, up to the entry we name, and
        nothing we could not.
      </p>
      <ul>
        <li>
          <a href="/status">Status</a>
        </li>
        <li>
          <a href="/privacy">Privacy</a>
        </li>
        <li>
          <a href="/setup">Set up clients</a>
        </li>
        <li>
          <a href={`${config.ca.url}/trusted_root.json`}>Trusted root</a>
        </li>
        <li>
          <a href="/.well-known/security.txt">Report a weakness</a>
        </li>
      </ul>
      <div className="choices-of-reader">
        {clock}
        <ThemeChoice theme={theme} path={path} />
      </div>
    </footer>
  );
}
