/**
 * Signing in by a code that was mailed. It belongs to the browser that asked: its cookie keys the code's hash, so that
 * neither a mail scanner nor a reader of the database can use it.
 */
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import type { EmailAddress } from '#lib/identity/email-address.ts';
import type { Config } from '#lib/server/config.ts';
import {
  redeemCode,
  sendCode,
  sentCode,
  sweepCodes,
  type CodeToSend,
  type LoginCodes,
  type LoginMail,
  type Redeemed,
  type SentCode,
} from '#lib/server/login-code.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { HourlyLimit } from '../limits.ts';
import { hostCookie, readCookie } from '../session.ts';

type Uses = Pick<Dependencies, 'sql' | 'config' | 'renderLetter'>;

/** Longer than any request for a code takes, so that nobody learns from the time which addresses are known. */
export const answerFloorMs = 150;
export const codesAsked: HourlyLimit = { what: 'sign-in code', perNetwork: 30, everyone: 2_000 };
export const codesTyped: HourlyLimit = { what: 'sign-in attempt', perNetwork: 100, everyone: 20_000 };

const table = 'account_login_code';

function limitsOf({ demoMailbox }: Config): LoginCodes['limits'] {
  const ease = demoMailbox ? 100 : 1;
  return { perAddress: 6 * ease, overall: 20_000 * ease, windowHours: 24 };
}

/** The cookie of a browser that is about to sign in. */
export function browserCookie({ web }: Config): { name: string; attributes: string } {
  const { name, attributes } = hostCookie(web.url, 'sigwatch-sign-in');
  return { name, attributes: `${attributes}; Max-Age=900` };
}

export function browserOf({ config }: Pick<Uses, 'config'>, headers: Headers): string | undefined {
  const value = readCookie(headers.get('cookie'), browserCookie(config).name);
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

function codesOf({ sql, config, renderLetter }: Uses, browser: string): LoginCodes {
  const compose = async ({ code, reference, minutes }: CodeToSend): Promise<LoginMail> => ({
    subject: `Your sign-in code: ${code}`,
    ...(await renderLetter({
      preheader: `Works once, within ${minutes} minutes.`,
      heading: 'Your sign-in code',
      blocks: [
        { kind: 'code', code },
        {
          kind: 'paragraph',
          text: `Type it on the page of ${config.web.url} that shows reference ${reference}. It works once, within ${minutes} minutes.`,
        },
        {
          kind: 'small',
          text: 'Not you? Do nothing: without the code nobody can sign in. We never ask for it by mail or telephone.',
        },
      ],
    })),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Sigwatch-Reference': reference },
  });
  return { sql, table, secret: utf8(browser), limits: limitsOf(config), compose };
}

/** What the table knows the browser by: not what opens the code. */
function interactionOf(browser: string): string {
  return toBase64Url(sha256(utf8(`interaction ${browser}`)));
}

export async function sendSignInCode(deps: Uses, browser: string, email: EmailAddress): Promise<void> {
  const asker = new URL(deps.config.web.url).host;
  await sendCode(codesOf(deps, browser), { interaction: interactionOf(browser), email, asker });
}

export async function sentSignInCode(deps: Uses, browser: string): Promise<SentCode | undefined> {
  return sentCode(codesOf(deps, browser), interactionOf(browser));
}

export async function redeemSignInCode(deps: Uses, browser: string, typed: string): Promise<Redeemed> {
  return redeemCode(codesOf(deps, browser), interactionOf(browser), typed);
}

export async function sweepSignInCodes(sql: Sql, config: Config): Promise<void> {
  await sweepCodes({ sql, table, limits: limitsOf(config) });
}
