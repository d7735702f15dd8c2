/** The checks a press or the clock starts: each looks at one place and says what it saw there, found or not. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Sql } from '#lib/server/database.ts';
import type { OutboundText } from '#lib/server/outbound-fetch.ts';
import type { TxtAnswer } from './dns.ts';
import { findInLog } from './log-proof.ts';
import {
  proofFile,
  proofLine,
  repositoryPlace,
  roleMailboxes,
  txtName,
  type RepositoryHosts,
} from './places.ts';
import type { Bound, Findings, Method, Ownership } from './store.ts';

/** What the checks reach the world by. */
export interface OwnershipWorld {
  readonly sql: Sql;
  readonly txt: (name: string) => Promise<TxtAnswer[]>;
  /** Rejects with an OutboundError, in codes that tell nothing of the network behind us. */
  readonly get: (url: string) => Promise<OutboundText>;
  readonly hosts: RepositoryHosts;
}

export interface Checked {
  readonly isProven: boolean;
  readonly bound: Bound;
  readonly findings: Findings;
}

/** Which methods can prove this kind, the plainest first. `ci-token` comes by itself, from a run; `app-login` by signing in. */
export function methodsOf(kind: Ownership['kind']): readonly Method[] {
  switch (kind) {
    case 'email':
      return ['code', 'log-entry'];
    case 'login':
      return ['login', 'log-entry'];
    case 'domain':
      return ['dns', 'well-known', 'meta', 'role-mailbox'];
    case 'repository':
      return ['ci-token', 'file', 'app-login', 'log-entry'];
    case 'organisation':
      return ['file', 'app-login'];
    case 'workflow':
      return ['ci-token', 'file', 'app-login', 'log-entry'];
  }
}

export async function check(world: OwnershipWorld, ownership: Ownership, method: Method): Promise<Checked> {
  const { value, challenge } = ownership;
  switch (method) {
    case 'code':
      return heldByOwner(world, ownership, [value]);
    case 'role-mailbox':
      return heldByOwner(
        world,
        ownership,
        roleMailboxes.map((name) => `${name}@${value}`),
      );
    case 'login':
      return loginOfOwner(world, ownership);
    case 'dns':
      return checkDns(world, value, challenge);
    case 'well-known':
      return checkPage(world, `https://${value}/${proofFile}`, wantedLine(challenge));
    case 'meta':
      return checkPage(world, `https://${value}/`, wantedMeta(challenge));
    case 'file':
      return checkRepository(world, ownership);
    case 'log-entry':
      return findInLog(world.sql, ownership);
    case 'ci-token':
      return nothing('a CI run', 'a run proves it by itself, by sending its token');
    case 'app-login':
      return nothing('a login', 'whoever administers it proves it by signing in there');
  }
}

export function nothing(at: string, said: string): Checked {
  return { isProven: false, bound: {}, findings: [{ at, said }] };
}

function found(at: string, said: string, bound: Bound = {}): Checked {
  return { isProven: true, bound, findings: [{ at, said }] };
}

/** An address is proved by its code, typed at sign-in or under Settings, by an owner of the team. */
async function heldByOwner(
  { sql }: OwnershipWorld,
  { teamId }: Ownership,
  addresses: readonly string[],
): Promise<Checked> {
  const [held] = await sql<{ address: string }[]>`
    SELECT email.address FROM account_email email JOIN account_member member USING (user_id)
    WHERE member.team_id = ${teamId} AND member.role = 'owner' AND email.address = ANY(${addresses as string[]})
    LIMIT 1`;
  if (held !== undefined) return found(held.address, 'an owner of the team typed its code');
  return nothing(addresses.join(', '), 'no owner of the team typed a code that was mailed there');
}

/** The subject, or the address that the provider vouches for: a user name it merely shows may be anybody's next year. */
async function loginOfOwner({ sql }: OwnershipWorld, { teamId, value }: Ownership): Promise<Checked> {
  const [held] = await sql`
    SELECT 1 FROM account_login login JOIN account_member member USING (user_id)
    WHERE member.team_id = ${teamId} AND member.role = 'owner'
      AND (login.issuer || ' ' || login.subject = ${value} OR login.issuer || ' ' || lower(login.address) = ${value})`;
  return held === undefined
    ? nothing(value, 'no owner of the team signed in as that')
    : found(value, 'an owner of the team signed in as that');
}

/** Every server that answers must hold it: one that does not may be the one that others ask. */
async function checkDns(world: OwnershipWorld, domain: string, challenge: string): Promise<Checked> {
  const name = txtName(domain);
  const answers = await world.txt(name);
  if (answers.length === 0) return nothing(name, 'no name server of the domain was found');
  const line = proofLine(challenge);
  const findings = answers.map(({ server, texts }) => ({ at: server, said: saidOfTexts(name, line, texts) }));
  const answered = answers.filter(({ texts }) => texts !== undefined);
  const isProven = answered.length > 0 && answered.every(({ texts }) => texts?.includes(line) === true);
  return { isProven, bound: {}, findings };
}

function saidOfTexts(name: string, line: string, texts: readonly string[] | undefined): string {
  if (texts === undefined) return `was asked for the TXT records of ${name} and gave no answer`;
  if (texts.includes(line)) return `has the TXT record ${line} at ${name}`;
  if (texts.length === 0) return `has no TXT record at ${name}; ${line} was looked for`;
  return `has ${texts.length} TXT record${texts.length === 1 ? '' : 's'} at ${name}, but not ${line}; the first is ${quoted(texts[0])}`;
}

/** What strangers wrote, short and harmless. */
const quoted = (text = '') => `“${visibleText(text.trim(), 80)}”`;

interface Wanted {
  /** In words. */
  readonly what: string;
  readonly isIn: (text: string) => boolean;
  /** The nearest thing that stands there instead. */
  readonly instead: (text: string) => string;
}

async function checkPage(
  world: OwnershipWorld,
  url: string,
  { what, isIn, instead }: Wanted,
): Promise<Checked> {
  const answer = await ask(world, url);
  if (answer === undefined)
    return nothing(url, `could not be read: it must answer within ten seconds and have ${what}`);
  const { status, text } = answer;
  if (status !== 200) return nothing(url, `answered ${status}; it must answer 200 itself and have ${what}`);
  return isIn(text)
    ? found(url, `has ${what}`)
    : nothing(url, `was read, but lacks ${what}; ${instead(text)}`);
}

/** A line of a file. */
function wantedLine(challenge: string): Wanted {
  return {
    what: `the line ${proofLine(challenge)}`,
    isIn: (text) => holdsLine(text, challenge),
    instead: (text) => {
      const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
      const near = lines.find((line) => line.includes('sigwatch-proof')) ?? lines[0];
      return near === undefined ? 'it is empty' : `it says ${quoted(near)}`;
    },
  };
}

function wantedMeta(challenge: string): Wanted {
  return {
    what: `<meta name="sigwatch-proof" content="${challenge}"> in its head`,
    isIn: (text) => holdsMeta(text, challenge),
    instead: (text) => {
      const near = metaTags(text).find((tag) => tag.includes('sigwatch-proof'));
      return near === undefined ? 'it has no such tag' : `it has ${quoted(`<${near}>`)}`;
    },
  };
}

async function ask(world: OwnershipWorld, url: string): Promise<OutboundText | undefined> {
  try {
    return await world.get(url);
  } catch {
    // Whatever it was: why a stranger's address cannot be read says something of where we stand.
    return undefined;
  }
}

function holdsLine(text: string, challenge: string): boolean {
  return text.split(/\r?\n/).some((line) => line.trim() === proofLine(challenge));
}

/** Only in the head: what readers write stands below it. */
function holdsMeta(html: string, challenge: string): boolean {
  const head = html.slice(0, Math.max(0, html.search(/<\/head|<body/i)));
  return metaTags(head).some(
    (tag) =>
      /\sname\s*=\s*["']?sigwatch-proof["']?(?=[\s/]|$)/i.test(tag) &&
      new RegExp(`\\scontent\\s*=\\s*["']?${challenge}["']?(?=[\\s/]|$)`).test(tag),
  );
}

function metaTags(html: string): string[] {
  return html
    .split(/<(?=meta\s)/i)
    .slice(1)
    .map((part) => part.slice(0, Math.max(0, part.indexOf('>'))));
}

const gitHubRepository = z.object({ id: z.int(), owner: z.object({ id: z.int() }) });

async function checkRepository(world: OwnershipWorld, ownership: Ownership): Promise<Checked> {
  const { repository, url } = repositoryPlace(ownership, world.hosts);
  if (url === undefined) return nothing(repository, 'files of that host cannot be read here');
  const checked = await checkPage(world, url, wantedLine(ownership.challenge));
  if (!checked.isProven) return checked;
  const bound = await numbersOf(world, repository);
  const { repositoryId, ownerId } = ownership.bound;
  const isOther =
    (ownerId !== undefined && bound.ownerId !== undefined && ownerId !== bound.ownerId) ||
    (ownership.kind !== 'organisation' &&
      repositoryId !== undefined &&
      bound.repositoryId !== undefined &&
      repositoryId !== bound.repositoryId);
  if (isOther) return nothing(repository, 'is another repository of the same name by now');
  return { ...checked, bound: ownership.kind === 'organisation' ? withoutRepository(bound) : bound };
}

/** Best effort: where the host does not say, a later proof from a run or the log does. */
async function numbersOf(world: OwnershipWorld, repository: string): Promise<Bound> {
  const [host, ...path] = repository.split('/');
  if (host !== 'github.com') return {};
  const answer = await ask(world, `https://api.github.com/repos/${path.join('/')}`);
  const said = gitHubRepository.safeParse(answer?.status === 200 ? jsonOf(answer.text) : undefined).data;
  return said === undefined ? {} : { repositoryId: String(said.id), ownerId: String(said.owner.id) };
}

function withoutRepository({ ownerId }: Bound): Bound {
  return ownerId === undefined ? {} : { ownerId };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
