/** How the sign-in pages look: the product's tokens and typefaces, one style sheet inline, and the policy that allows only it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Look {
  readonly css: string;
  /** The CSP source that allows `css` and nothing else. */
  readonly styleSource: string;
  readonly typefaces: ReadonlyMap<string, Uint8Array>;
}

const files = {
  'sans.woff2':
    '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
  'mono.woff2':
    '@fontsource-variable/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-wght-normal.woff2',
};

export function openLook(): Look {
  const tokens = readFileSync(new URL('../../../../lib/design/tokens.css', import.meta.url), 'utf8');
  const sheet = readFileSync(new URL('./pages.css', import.meta.url), 'utf8');
  const css = `${tokens}\n${sheet}`;
  return {
    css,
    styleSource: `'sha256-${createHash('sha256').update(css).digest('base64')}'`,
    typefaces: new Map(
      Object.entries(files).map(([name, path]) => [
        name,
        readFileSync(fileURLToPath(import.meta.resolve(path))),
      ]),
    ),
  };
}
