/** Around every page that Next.js makes: who is signed in, the watch light, the reader's clock. */
import type { ReactNode } from 'react';
import { AccountLink } from '../account/account-link.tsx';
import { AccountNav } from '../account/account-nav.tsx';
import { watchLight, type WatchLight } from '../logs/watch-light.ts';
import { dependencies } from '../dependencies.ts';
import { ClockChoice } from '../clock/clock-choice.tsx';
import type { Theme } from '../theme/theme.ts';
import { Shape } from './mark.tsx';
import { SiteFoot, SiteHead } from './site-frame.tsx';

interface Framed {
  readonly theme: Theme | undefined;
  /** Of the page, with its query. */
  readonly path: string;
  readonly children: ReactNode;
}

export async function Frame({ theme, path, children }: Framed) {
  const { config, sql, now } = dependencies();
  return (
    <>
      <SiteHead config={config} path={path} account={<AccountLink path={path} />}>
        <Light light={await watchLight({ sql }, now())} />
        <AccountNav path={path} />
      </SiteHead>
      {children}
      <SiteFoot config={config} path={path} theme={theme} clock={<ClockChoice path={path} />} />
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
