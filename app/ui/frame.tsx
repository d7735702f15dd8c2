/** What every page shares: the name, the ways around, and the watch light. */
import type { ReactNode } from 'react';
import { AccountLink } from '../account/account-link.tsx';
import { watchLight, type WatchLight } from '../logs/watch-light.ts';
import { dependencies } from '../dependencies.ts';
import { Shape } from './mark.tsx';

export async function Frame({ children }: { children: ReactNode }) {
  const { config, prisma, now } = dependencies();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <a className="wordmark" href="/">
          Sigwatch
        </a>
        <nav className="nav small" aria-label="Site">
          <a href="/logs">Logs</a>
          <a href="/setup">Sign</a>
          <a href="/verify">Verify</a>
          <a href="/about">About</a>
          {config.demoMailbox && <a href="/mailbox">Demo mailbox</a>}
          <AccountLink />
        </nav>
        <Light light={await watchLight({ prisma }, now())} />
      </header>
      {children}
      <footer className="foot">
        <p>
          What stands in a log stays there for ever. We show what we verified, up to the entry we name, and
          nothing we could not.
        </p>
        <ul>
          <li>
            <a href="/about#privacy">Privacy</a>
          </li>
          <li>
            <a href="/api/openapi.json">API</a>
          </li>
          <li>
            <a href={`${config.ca.url}/trusted_root.json`}>Trusted root</a>
          </li>
        </ul>
      </footer>
    </>
  );
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
