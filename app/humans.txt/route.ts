/** humanstxt.org: who is behind this, for whoever looks. */
import { dependencies } from '../dependencies.ts';

export async function GET(): Promise<Response> {
  const { config } = dependencies();
  const lines = [
    '/* TEAM */',
    '  Sigwatch, free software under the Apache License 2.0',
    `  Weaknesses to: ${config.securityContact}`,
    '',
    '/* THANKS */',
    '  The people of Sigstore, C2SP and Certificate Transparency, whose formats this speaks',
    '  The Braille Institute, for Atkinson Hyperlegible',
    '',
    '/* SITE */',
    `  ${config.web.url}/about`,
    '  No cookies but those you ask for, no third parties, pages that work without script',
  ];
  return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
