/** The page of last resort: what is shown when Next.js cannot or must not answer. Needs nothing but its own bytes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const tokens = readFileSync(new URL('../lib/design/tokens.css', import.meta.url), 'utf8');
const style = `${tokens}
body{margin:0;background:var(--paper);color:var(--ink);font:var(--text-body)/var(--line) var(--font-sans)}
main{max-width:var(--measure);margin:12vh auto;padding:0 24px}
h1{font-size:var(--text-title);line-height:1.2;margin:0 0 16px}p{color:var(--ink-soft)}a{color:var(--accent)}`;

export const refusalStyleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

export function refusalPage(heading: string, sentence: string): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${heading} · Sigwatch</title><style>${style}</style></head><body><main><h1>${heading}</h1><p>${sentence}</p><p><a href="/">Sigwatch</a></p></main></body></html>`;
}
