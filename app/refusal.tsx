/**
 * The page of a refusal that Next.js cannot or must not make: of a press, of a request that is turned away, of a failure. It
 * asks nobody but the style sheets of the build, so that it looks like the rest even when the database is gone.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import type { Config } from '#lib/server/config.ts';
import { readCookie, sessionCookie } from './account/session.ts';
import { styleLinks, withFonts } from './built-files.ts';
import { readTheme } from './theme/theme.ts';
import { RefusedPage } from './ui/refused.tsx';
import { SiteFoot, SiteHead } from './ui/site-frame.tsx';

export interface RefusalAsked {
  /** Without one it is no refusal. */
  readonly status?: number;
  /** Of the request, for the colours of its reader. */
  readonly cookie?: string | null | undefined;
  /** Of the page. Where something was pressed, that is where to go back to. */
  readonly path?: string;
  readonly wasPressed?: boolean;
}

export type RefusalPage = (heading: string, why: string, asked?: RefusalAsked) => string;

export function refusalPages(config: Pick<Config, 'demoMailbox' | 'ca' | 'web'>): RefusalPage {
  return (heading, why, { status, cookie, path = '/', wasPressed = false } = {}) => {
    const theme = readTheme(cookie);
    const mayBeIn = readCookie(cookie ?? null, sessionCookie(config).name) !== undefined;
    const html = renderToStaticMarkup(
      <html lang="en" data-theme={theme}>
        <head>
          <meta charSet="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <link rel="icon" href="/icon.svg" type="image/svg+xml" />
          <title>{`${heading} · Sigwatch`}</title>
        </head>
        <body>
          <SiteHead config={config} path={path} account={<Account mayBeIn={mayBeIn} />} />
          <RefusedPage status={status} heading={heading} why={why} back={wasPressed ? path : undefined} />
          <SiteFoot config={config} path={path} theme={theme} />
        </body>
      </html>,
    );
    return withFonts(`<!DOCTYPE html>${html.replace('</head>', `${styleLinks}</head>`)}`);
  };
}

/** Who it is is not asked here; the pages these lead to ask. */
function Account({ mayBeIn }: { mayBeIn: boolean }) {
  if (!mayBeIn) return <a href="/sign-in">Sign in</a>;
  return (
    <>
      <a href="/watches">Watches</a>
      <a href="/alerts">Alerts</a>
    </>
  );
}
