/** RFC 9116. Its end is always three months away: whoever runs this is asked anew by every release. */
import { dependencies } from '../../dependencies.ts';

const quarterMs = 90 * 86_400_000;

export async function GET(): Promise<Response> {
  const { config, now } = dependencies();
  const expires = new Date(now().getTime() + quarterMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const lines = [
    `Contact: ${config.securityContact}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en',
    `Canonical: ${config.web.url}/.well-known/security.txt`,
    `Policy: ${config.web.url}/about#weakness`,
  ];
  return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
