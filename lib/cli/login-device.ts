/** Login with a browser elsewhere: a code to type in there (RFC 8628), for machines without one. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { askForToken, clientId, discover, newPkce, scope } from './openid.ts';

const deviceAnswer = z.object({
  device_code: z.string(),
  user_code: z.string().max(64),
  verification_uri: z.url(),
  verification_uri_complete: z.url().optional(),
  expires_in: z.number().positive().max(86_400),
  interval: z.number().positive().max(600).default(5),
});

export async function loginByCode(issuer: string, tell: (text: string) => void): Promise<string> {
  const provider = await discover(issuer);
  const endpoint = provider.device_authorization_endpoint;
  if (endpoint === undefined) {
    throw new CommandError(exitCode.usage, 'this login needs a browser on this machine, or --identity-token');
  }
  const pkce = newPkce();
  const json = await fetchJson(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      client_id: clientId,
      scope,
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
    }).toString(),
  });
  const parsed = deviceAnswer.safeParse(json);
  if (!parsed.success) throw new CommandError(exitCode.service, 'the login did not answer with a code');
  const { verification_uri, verification_uri_complete, user_code } = parsed.data;
  tell(
    `Sign in in any browser:\n${verification_uri_complete ?? verification_uri}\nand enter the code ${user_code}\n`,
  );
  return poll(parsed.data, (code) =>
    askForToken(provider, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: code,
      scope,
      code_verifier: pkce.verifier,
    }),
  );
}

/** §3.5: as often as told, slower when told so, until the code expires. */
async function poll(
  { device_code, expires_in, interval }: z.infer<typeof deviceAnswer>,
  ask: (code: string) => ReturnType<typeof askForToken>,
): Promise<string> {
  let seconds = interval;
  for (let waited = 0; waited < expires_in; waited += seconds) {
    await pause(seconds * 1000);
    const answer = await ask(device_code);
    if ('id_token' in answer) return answer.id_token;
    if (answer.error === 'slow_down') seconds += 5;
    else if (answer.error !== 'authorization_pending') {
      throw new CommandError(exitCode.abandoned, `the login says: ${answer.error}`);
    }
  }
  throw new CommandError(exitCode.abandoned, 'nobody signed in before the code expired');
}
