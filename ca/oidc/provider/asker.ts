/** Who asks for the address, as far as it can be known: a public client proves nothing, but where its answer goes is sure. */
import { z } from 'zod';
import { outOfBandUri } from './issuer.ts';

const request = z.object({
  client_id: z.string(),
  redirect_uri: z.string().optional(),
  login_hint: z.string().optional(),
});

export interface Asker {
  /** `sigstore on localhost`. */
  readonly name: string;
  /** One sentence on where the answer goes. */
  readonly whence: string;
  /** What a form's redirects may reach, as a CSP source. */
  readonly formTarget: string | undefined;
  readonly loginHint: string | undefined;
}

/** Reads the parameters of an interaction; a device flow has no redirect URI. `ownPages`: the address of this instance’s pages. */
export function askerOf(params: unknown, ownPages: string): Asker {
  const { client_id: client, redirect_uri: redirectUri, login_hint: loginHint } = request.parse(params);
  return { ...place(client, redirectUri, ownPages), loginHint };
}

function place(client: string, redirectUri: string | undefined, ownPages: string): Omit<Asker, 'loginHint'> {
  if (redirectUri === undefined)
    return {
      name: `${client} on another device`,
      whence: 'A program whose code you just typed asks for it',
      formTarget: undefined,
    };
  if (redirectUri === outOfBandUri)
    return {
      name: `${client} on another screen`,
      whence: 'A program you will copy a code to asks for it',
      formTarget: undefined,
    };
  const { hostname, host, origin } = new URL(redirectUri);
  if (origin === new URL(ownPages).origin)
    return {
      name: `Sigwatch on ${host}`,
      whence: 'Its page for signing a file in the browser asks for it',
      formTarget: origin,
    };
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    name: `${client} on ${hostname}`,
    whence: here ? 'A program on this computer asks for it' : `The site ${hostname} asks for it`,
    // A CSP source cannot name an IPv6 address.
    formTarget: hostname.startsWith('[') ? 'http:' : origin,
  };
}
