/** Files of the build that are named after their content: what stands outside Next.js has to find them. */
import { existsSync, readdirSync } from 'node:fs';

const folder = new URL('../.next/static/', import.meta.url);
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'))
  : [];

const addresses = (form: RegExp) =>
  files.filter((file) => form.test(file)).map((file) => `/_next/static/${file}`);

export const styleLinks: string = addresses(/\.css$/)
  .map((href) => `<link rel="stylesheet" href="${href}">`)
  .join('');

/** The style sheet would ask for them only once it is read, and a page be drawn before they came. */
const fontLinks = addresses(/-latin-wght-normal\.[^/]*woff2$/)
  .map((href) => `<link rel="preload" as="font" type="font/woff2" href="${href}" crossorigin>`)
  .join('');

export function withFonts(html: string): string {
  return html.includes(fontLinks) ? html : html.replace('</head>', `${fontLinks}</head>`);
}
