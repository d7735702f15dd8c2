/** What every page shares: the name, the ways around, the watch light, and at the foot what is rarely needed. */
import type { ReactNode } from 'react';
import { AccountLink } from '../account/account-link.tsx';
import { AccountNav } from '../account/account-nav.tsx';
import { watchLight, type WatchLight } from '../logs/watch-light.ts';
import { dependencies } from '../dependencies.ts';
import { ClockChoice } from '../clock/clock-choice.tsx';
import { ThemeChoice } from '../theme/theme-choice.tsx';
import type { Theme } from '../theme/theme.ts';
import { Shape } from './mark.tsx';
import { Wordmark } from './wordmark.tsx';

interface Framed {
  readonly theme: Theme | undefined;
  /** Of the page, with its query. */
  readonly path: string;
  readonly children: ReactNode;
}

const ways = [
  ['/sign', 'Sign'],
  ['/verify', 'Verify'],
  ['/logs', 'Logs'],
  ['/api', 'API'],
  ['/about', 'About'],
] as const;

export async function Frame({ theme, path, children }: Framed) {
  const { config, sql, now } = dependencies();
  const shown = config.demoMailbox ? [...ways, ['/mailbox', 'Demo mailbox'] as const] : ways;
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
          <AccountLink path={path} />
        </nav>
        <Light light={await watchLight({ sql }, now())} />
        <AccountNav path={path} />
      </header>
      {children}
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
          <ClockChoice path={path} />
          <ThemeChoice theme={theme} path={path} />
        </div>
      </footer>
    </>
  );
}

function isHere(path: string, href: string): boolean {
  return path.split(/[?#]/, 1)[0] === href;
}

function Light({ light }: { light: WatchLight }) {
  return (
    <a className="light" href="/logs">
      <span className={`mark ${light.tone}`}>
        <Shape tone={light.tone} />
      </span>
      <span>{light.words}</span>
    </a>
  );
}
