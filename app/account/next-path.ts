/** Where to go after signing in: a page of this site, or the settings. */
const base = 'https://here.invalid';

/** Parsed as a browser would: `//evil`, `/\evil` and `https:evil` all lead elsewhere. */
export function nextPath(text: string | string[] | undefined | null, otherwise = '/settings'): string {
  if (typeof text !== 'string' || text.length > 500 || !text.startsWith('/') || !URL.canParse(text, base))
    return otherwise;
  const url = new URL(text, base);
  if (url.origin !== base || url.pathname.startsWith('//') || /[\\\p{Cc}]/u.test(text)) return otherwise;
  return `${url.pathname}${url.search}`;
}
