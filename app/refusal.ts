/**
 * The page of last resort: what is shown when Next.js cannot or must not answer. It asks nobody but the style sheets of the
 * build, so that it looks like the rest even when the database is gone.
 */
import { styleLinks, withFonts } from './built-files.ts';
import { themeAttribute } from './theme/theme.ts';

/** As in ui/wordmark.tsx. */
const mark =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><rect x="8.5" y="8.5" width="7" height="7"/></svg>';

export function refusalPage(heading: string, sentence: string, theme?: string): string {
  return withFonts(
    `<!DOCTYPE html><html lang="en"${themeAttribute(theme)}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="/icon.svg" type="image/svg+xml"><title>${heading} · Sigwatch</title>${styleLinks}</head><body><header class="top"><a class="wordmark" href="/">${mark}Sigwatch</a></header><main class="sheet"><div class="page"><header class="line line-opening"><div class="line-label"></div><div class="line-body stack"><h1>${heading}</h1><p class="lead">${sentence}</p><p><a href="/">To the first page</a>, <a href="/status">how this site is</a></p></div></header></div></main></body></html>`,
  );
}
