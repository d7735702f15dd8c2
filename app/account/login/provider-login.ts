/** A login elsewhere, from the press that begins it to the press that ends it; in between the browser holds a secret. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { toBase64Url } from '#lib/encoding/base64.ts';
import type { Dependencies } from '../../dependencies.ts';
import { seeOther } from '../../form.ts';
import { makeSecret, spendSecret } from '../secret.ts';
import { hostCookie, readCookie } from '../session.ts';
import type { Administered } from './github.ts';
import type { LoginAsks, LoginProof } from './providers.ts';

type Uses = Pick<Dependencies, 'sql' | 'statement' | 'config' | 'logins' | 'logger' | 'refusalPage'>;

const payload = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  /** Empty: a sign-in. Else whose login it is to become. */
  userId: z.string(),
  /** Empty, or the proof of ownership that it is to become; then `path` says of what. */
  ownership: z.string(),
  path: z.string(),
});

export interface LoginPurpose {
  readonly next: string;
  readonly userId: string;
}

/** To prove who administers something. */
export interface AdminPurpose extends LoginPurpose {
  readonly ownership: string;
  /** Owner, or owner and name. */
  readonly path: string;
  readonly asks: LoginAsks;
}

export type FinishedLogin = LoginPurpose & { readonly provider: string } & (
    | { readonly kind: 'login'; readonly proof: LoginProof }
    | { readonly kind: 'admin'; readonly ownership: string; readonly administered: Administered }
  );

function cookieOf({ config }: Pick<Uses, 'config'>) {
  return hostCookie(config.web.url, 'sigwatch-login');
}

/** Leads to the provider by a refresh: a policy of forms that stay here would stop a redirect. */
export async function beginLogin(
  deps: Uses,
  provider: string,
  purpose: LoginPurpose | AdminPurpose,
): Promise<Response | string> {
  const [state, nonce, verifier] = [random(), random(), random()];
  let url: URL | undefined;
  try {
    url = await deps.logins.begin(
      provider,
      { state, nonce, verifier },
      'asks' in purpose ? purpose.asks : 'who',
    );
  } catch (error) {
    deps.logger.warn({ err: error, provider }, 'a login provider cannot be used');
  }
  if (url === undefined) return '/sign-in?problem=provider';
  const { next, userId } = purpose;
  const { ownership, path } = 'asks' in purpose ? purpose : { ownership: '', path: '' };
  const secret = await makeSecret(deps, 'login', {
    provider,
    state,
    nonce,
    verifier,
    next,
    userId,
    ownership,
    path,
  });
  const { name, attributes } = cookieOf(deps);
  const body = deps.refusalPage(
    `Going to ${provider}`,
    'If nothing happens, your browser does not follow: go back and sign in with a code.',
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      refresh: `0; url=${url.href}`,
      'set-cookie': `${name}=${secret}; ${attributes}; Max-Age=600`,
    },
  });
}

/** Undefined unless this very browser began it and the provider vouches; whatever it was, it is spent. */
export async function finishLogin(deps: Uses, request: Request): Promise<FinishedLogin | undefined> {
  const secret = readCookie(request.headers.get('cookie'), cookieOf(deps).name);
  const begun = await spendSecret(deps, 'login', secret, payload);
  if (begun === undefined) return undefined;
  const { provider, next, userId, ownership, path, ...checks } = begun;
  const query = new URL(request.url).searchParams.toString();
  try {
    if (ownership === '') {
      const proof = await deps.logins.finish(provider, query, checks);
      return { kind: 'login', provider, next, userId, proof };
    }
    const administered = await deps.logins.administers(provider, query, checks, path.split('/'));
    return { kind: 'admin', provider, next, userId, ownership, administered };
  } catch (error) {
    deps.logger.info({ err: error, provider }, 'a login was refused');
    return undefined;
  }
}

export function afterLogin(deps: Uses, path: string, sessionCookie?: string): Response {
  const answer = seeOther(path);
  const { name, attributes } = cookieOf(deps);
  answer.headers.append('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
  if (sessionCookie !== undefined) answer.headers.append('set-cookie', sessionCookie);
  return answer;
}

function random(): string {
  return toBase64Url(randomBytes(32));
}
