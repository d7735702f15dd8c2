/** Presses of pages that a mailed link leads to: as a person makes them, and as the web process hands them to a handler. */

export interface OpenedPage {
  readonly word: string;
  readonly cookie: string;
  readonly html: string;
}

/** Opens the page in a browser of its own. */
export async function openMailed(link: string): Promise<OpenedPage> {
  const answer = await fetch(link);
  const html = await answer.text();
  const word = /name="word" value="([0-9a-f]+)"/.exec(html)?.[1] ?? '';
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { word, cookie, html };
}

/** Opens the page and presses a button of it, at the page's own address or the one the form names. */
export async function pressMailed(
  link: string,
  fields: Record<string, string> = {},
  action = link,
): Promise<Response> {
  const { word, cookie } = await openMailed(link);
  return fetch(action, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ word, ...fields }),
  });
}

/** For a handler that is called without a web process before it: of the browser that opened the page. */
export function pressRequest(url: string, fields: Record<string, string> = {}): Request {
  return new Request(url, {
    method: 'POST',
    headers: { 'x-sigwatch-word': 'word-of-this-visit' },
    body: new URLSearchParams({ word: 'word-of-this-visit', ...fields }),
  });
}
