/** As much of a browser as a sign-in needs: cookies of one origin, redirects, and the forms of a page. */
import { boundedBody } from '../server/bounded-body.ts';
import { smallFile } from '../server/small-file.ts';

export interface Page {
  readonly status: number;
  readonly url: URL;
  readonly html: string;
}

export interface Form {
  readonly action: URL;
  readonly fields: ReadonlyMap<string, string>;
}

/** Either a page to read, or the redirect to the program that asked. */
export type Reached = Page | { readonly callback: URLSearchParams };

const mostRedirects = 10;

export class Browser {
  private readonly origin: string;
  private readonly redirectUri: string;
  private readonly cookies = new Map<string, { value: string; path: string }>();

  constructor(origin: string, redirectUri: string) {
    this.origin = origin;
    this.redirectUri = redirectUri;
  }

  open(url: URL): Promise<Reached> {
    return this.go(url, { method: 'GET' });
  }

  submit(form: Form, typed: Readonly<Record<string, string>>): Promise<Reached> {
    const body = new URLSearchParams([...form.fields, ...Object.entries(typed)]);
    for (const [name, value] of Object.entries(typed)) body.set(name, value);
    return this.go(form.action, { method: 'POST', body });
  }

  private async go(url: URL, request: RequestInit): Promise<Reached> {
    let at = url;
    let next = request;
    for (let hop = 0; hop < mostRedirects; hop++) {
      if (at.origin !== this.origin) throw new Error(`The sign-in leads away from ${this.origin}.`);
      const headers = { cookie: this.cookiesFor(at.pathname), accept: 'text/html' };
      const answer = await fetch(at, { ...next, headers, redirect: 'manual' });
      this.keepCookies(answer);
      const location = answer.headers.get('location');
      if (location === null) {
        const html = Buffer.from(await boundedBody(answer, smallFile)).toString('utf8');
        return { status: answer.status, url: at, html };
      }
      at = new URL(location, at);
      if (at.href.startsWith(`${this.redirectUri}?`)) return { callback: at.searchParams };
      next = { method: 'GET' };
    }
    throw new Error('The sign-in redirects without end.');
  }

  cookiesFor(path: string): string {
    return [...this.cookies]
      .filter(([, cookie]) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ');
  }

  private keepCookies(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, { value, path });
    }
  }
}

/** The form of a page that does `step`: the one whose action ends so. */
export function formIn(page: Page, step: string): Form {
  for (const [, attributes = '', content = ''] of page.html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const action = attribute(attributes, 'action');
    if (action === undefined || !action.endsWith(`/${step}`)) continue;
    const inputs = [...content.matchAll(/<input([^>]*)>/g)].map(([, input = '']) => input);
    const fields = new Map(
      inputs.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
    );
    return { action: new URL(action, page.url), fields };
  }
  throw new Error(`The sign-in page has no form for ${step}.`);
}

function attribute(markup: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(markup) ?? [];
  return value
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
