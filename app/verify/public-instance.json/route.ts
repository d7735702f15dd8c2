import { dependencies } from '../../dependencies.ts';
import { problem } from '../../api/problem.ts';

/** For the script of /verify: the trusted root of the public instance, which a page may not fetch from there itself. */
export async function GET(): Promise<Response> {
  const text = await dependencies().publicTrust();
  if (text === undefined)
    return problem(503, 'This instance could not get the trusted root of the public instance.');
  return new Response(text, {
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
  });
}
