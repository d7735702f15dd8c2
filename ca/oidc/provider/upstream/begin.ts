/**
 * The way to a provider and back, without a record of it: everything that the answer must fit is derived from the state,
 * which only we can make. The interaction's cookie binds it to the browser, the provider's code to one use.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Begun, Upstream } from './upstream.ts';

const lifetimeMs = 15 * 60_000;

export interface State {
  readonly interaction: string;
  readonly upstreamId: string;
}

export class States {
  private readonly secret: Uint8Array;
  private readonly redirectUri: string;
  private readonly now: () => number;

  constructor(secret: Uint8Array, issuer: string, now: () => number = Date.now) {
    this.secret = secret;
    this.redirectUri = `${issuer}/upstream/callback`;
    this.now = now;
  }

  begin({ interaction, upstreamId }: State): Begun {
    const fields = [interaction, upstreamId, this.now() + lifetimeMs, randomBytes(16).toString('base64url')];
    const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
    return this.begun(`${payload}.${this.derive('state', payload)}`);
  }

  /** Undefined when we did not make it, or too long ago. */
  read(state: string): (State & { readonly begun: Begun }) | undefined {
    const [payload = '', mac = ''] = state.split('.', 2);
    const expected = Buffer.from(this.derive('state', payload));
    const given = Buffer.from(mac);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    const [interaction, upstreamId, until] = JSON.parse(
      Buffer.from(payload, 'base64url').toString('utf8'),
    ) as [string, string, number];
    return until < this.now() ? undefined : { interaction, upstreamId, begun: this.begun(state) };
  }

  private begun(state: string): Begun {
    const { redirectUri } = this;
    return {
      redirectUri,
      state,
      nonce: this.derive('nonce', state),
      verifier: this.derive('verifier', state),
    };
  }

  private derive(purpose: string, text: string): string {
    return createHmac('sha256', this.secret).update(`${purpose}\n${text}`).digest('base64url');
  }
}

/** Where the browser goes. */
export function authorizationUrl(endpoint: string, { clientId, type }: Upstream, begun: Begun): string {
  const url = new URL(endpoint);
  const scope = type === 'github' ? 'user:email' : 'openid email';
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    scope,
    redirect_uri: begun.redirectUri,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: createHash('sha256').update(begun.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
