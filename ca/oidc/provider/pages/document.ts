/** One page of the issuer: its HTML and the headers that go with it. No script runs on it and nobody may frame it. */
import { Markup, markup } from '../markup.ts';
import type { Look } from './look.ts';

export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: number;
  /** Where a form may end besides here: browsers hold the redirects after a post to form-action too (CSP3 §6.4.1). */
  readonly formTarget?: string | undefined;
}

export interface RenderedPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function renderPage(look: Look, issuer: string, page: Page): RenderedPage {
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style>${new Markup(look.css)}</style>
</head>
<body>
<header>Sigwatch <span>sign-in</span></header>
<main>${page.body}</main>
<footer>You are at <bdi>${issuer}</bdi></footer>
</body>
</html>
`;
  return {
    status: page.status ?? 200,
    headers: headers(look, page.formTarget),
    body: document.text,
  };
}

function headers(look: Look, formTarget: string | undefined): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `style-src ${look.styleSource}`,
    `font-src 'self'`,
    `form-action 'self'${formTarget === undefined ? '' : ` ${formTarget}`}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  };
}
