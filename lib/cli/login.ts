/**
 * Who is signing: the first of these that is there. A token that was given, a token of the pipeline we run in, a login in
 * the browser of this machine, a code to type into a browser elsewhere.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readIdToken, type IdToken } from '#lib/sign/id-token.ts';
import type { AmbientLogin } from '../server/config.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { readText } from './read-input.ts';

export interface LoginWays {
  /** `--identity-token`: a token, or a file with one. */
  readonly given: string | undefined;
  readonly ambient: AmbientLogin;
  /** Address of the OpenID issuer, from the signing config. */
  readonly issuer: string | undefined;
  readonly browser: boolean;
  readonly tell: (text: string) => void;
}

const audience = 'sigstore';
const longestToken = 64 * 1024;

export async function login(ways: LoginWays): Promise<IdToken> {
  const token = (await tokenAtHand(ways)) ?? (await interactive(ways));
  return readIdToken(token);
}

/** Undefined when somebody has to sign in. */
async function tokenAtHand({ given, ambient }: Pick<LoginWays, 'given' | 'ambient'>) {
  if (given !== undefined) return tokenOrFile(given);
  if (ambient.idToken !== undefined) return ambient.idToken;
  if (ambient.githubActions !== undefined) return githubToken(ambient.githubActions);
  if (ambient.buildkite) return printed('buildkite-agent', ['oidc', 'request-token', '--audience', audience]);
  if (ambient.circleCi)
    return printed('circleci', ['run', 'oidc', 'get', '--claims', `{"aud":"${audience}"}`]);
  if (existsSync(ambient.tokenFile)) return readText(ambient.tokenFile).trim();
  // Nobody sits at a pipeline to sign in.
  if (ambient.lacking !== undefined)
    throw new CommandError(exitCode.usage, `no ID token: ${ambient.lacking}`);
  return undefined;
}

function tokenOrFile(given: string): string {
  if (given.split('.').length === 3 && !existsSync(given)) return given;
  try {
    return readText(given, longestToken).trim();
  } catch (cause) {
    throw new CommandError(exitCode.usage, '--identity-token is neither a token nor a file with one', {
      cause,
    });
  }
}

async function githubToken({ url, bearer }: NonNullable<AmbientLogin['githubActions']>): Promise<string> {
  const address = new URL(url);
  address.searchParams.set('audience', audience);
  const json = await fetchJson(address.href, { headers: { authorization: `Bearer ${bearer}` } });
  const parsed = z.object({ value: z.string() }).safeParse(json);
  if (!parsed.success) throw new CommandError(exitCode.service, 'GitHub Actions did not answer with a token');
  return parsed.data.value;
}

async function printed(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(command, [...args], { timeout: 30_000 })).stdout.trim();
  } catch (cause) {
    throw new CommandError(exitCode.service, `${command} gave no token`, { cause });
  }
}

async function interactive({ issuer, browser, tell }: LoginWays): Promise<string> {
  if (issuer === undefined) {
    throw new CommandError(exitCode.usage, 'the signing config names no login: give --identity-token');
  }
  return leavingOnInterrupt(async () => {
    if (browser) return (await import('./login-browser.ts')).loginInBrowser(issuer, tell);
    return (await import('./login-device.ts')).loginByCode(issuer, tell);
  });
}

/** Whoever presses ^C while the login waits has abandoned it, and is told that nothing happened. */
async function leavingOnInterrupt<T>(work: () => Promise<T>): Promise<T> {
  const leave = () => {
    process.stderr.write('sigwatch: the login was abandoned; nothing was signed\n');
    process.exit(exitCode.abandoned);
  };
  process.once('SIGINT', leave);
  try {
    return await work();
  } finally {
    process.off('SIGINT', leave);
  }
}
