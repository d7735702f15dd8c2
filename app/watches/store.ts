/** Watches of teams: listed, tried out over the last ninety days, added. */
import { randomUUID } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { watchTarget, type WatchTarget } from '#lib/identity/watch-target.ts';
import type { Transaction } from '#lib/server/database.ts';
import { actorOf, requireTeam, teamIds, type Caller } from '../account/caller.ts';
import { recordAct } from '../account/audit.ts';
import { AccountError } from '../account/account-error.ts';
import { owningTeams } from '../account/ownership/owned.ts';
import { teamWatch } from '../account/team-watch.ts';
import { newToken } from '../account/token.ts';
import type { Dependencies } from '../dependencies.ts';
import { isShownKind } from './kinds.ts';
import { previewWatch } from './preview.ts';

export interface ListedWatch {
  readonly id: string;
  readonly teamId: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  readonly state: string;
  readonly alerts: number;
  readonly open: number;
  /** Of its alerts; without any, of what it would have taken in within ninety days. */
  readonly last: Date | null;
  /** Why there is no `last`: nothing was found, it is not listed for others, or nobody looked. */
  readonly silence: 'none' | 'unlisted' | 'unknown';
  /** Issuance for the name stands still at our authority. */
  readonly frozen: boolean;
  /** Channels beside the mail: all, and those whose last delivery failed or whose place is gone. */
  readonly channels: number;
  readonly failing: number;
}

type Uses = Pick<Dependencies, 'sql' | 'prisma'>;

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

/** So many watches without an alert are looked up in the index at a time: a page must not wait for a thousand. */
const mostLookedUp = 50;
/** All of a page are looked up and drawn. */
export const watchesOnPage = mostLookedUp;

/** For the page, counted from 1: what is unanswered first. */
export async function listWatches(deps: Reads, caller: Caller, page = 1): Promise<ListedWatch[]> {
  const offset = (page - 1) * watchesOnPage;
  return withLast(deps, await readWatches(deps, caller, { limit: watchesOnPage, offset }));
}

export async function countWatches({ sql }: Pick<Reads, 'sql'>, caller: Caller): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM account_watch
    WHERE team_id = ANY(${teamIds(caller)}::uuid[]) AND state = 'confirmed'`;
  return row?.count ?? 0;
}

export interface WatchPage {
  /** Value and id of the last one of the page before. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** For programs: in an order that stays, page by page. */
export async function pageOfWatches(
  deps: Reads,
  caller: Caller,
  { after, limit }: WatchPage,
): Promise<{ watches: ListedWatch[]; next: readonly [string, string] | undefined }> {
  const rows = await readWatches(deps, caller, { limit: limit + 1, after: after ?? [] });
  const watches = rows.slice(0, limit);
  const last = rows.length > limit ? watches.at(-1) : undefined;
  return { watches: await withLast(deps, watches), next: last && [last.value, last.id] };
}

/** One of the caller's teams; throws not-found for others. */
export async function listedWatch(deps: Uses & Reads, caller: Caller, id: string): Promise<ListedWatch> {
  await teamWatch(deps, caller, id);
  const [watch] = await withLast(deps, await readWatches(deps, caller, { limit: 1, id }));
  if (watch === undefined) throw new AccountError('not-found', 'There is no such thing.');
  return watch;
}

async function withLast(deps: Reads, rows: readonly Omit<ListedWatch, 'silence'>[]): Promise<ListedWatch[]> {
  const silent = rows.filter(({ last }) => last === null).slice(0, mostLookedUp);
  const seen = await Promise.all(
    silent.map(async ({ id, kind, value }) => {
      const found = isShownKind(kind) ? await previewWatch(deps, { kind, value }) : undefined;
      const silence = found === undefined ? 'unknown' : found.isUnlisted ? 'unlisted' : 'none';
      return [id, { last: found?.latest[0]?.at ?? null, silence }] as const;
    }),
  );
  const known = new Map(seen);
  return rows.map((row) => ({ ...row, silence: 'unknown' as const, ...known.get(row.id) }));
}

interface Wanted {
  readonly limit: number;
  readonly id?: string;
  readonly offset?: number;
  /** By value and id, beyond these if there are any; without it, what is unanswered comes first. */
  readonly after?: readonly string[];
}

async function readWatches(
  { sql }: Pick<Reads, 'sql'>,
  caller: Caller,
  { limit, id, offset = 0, after }: Wanted,
): Promise<Omit<ListedWatch, 'silence'>[]> {
  const [lastValue = '', lastId] = after ?? [];
  const one = id === undefined ? sql`` : sql`AND watch.id = ${id}::uuid`;
  const beyond =
    lastId === undefined ? sql`` : sql`AND (watch.value, watch.id) > (${lastValue}, ${lastId}::uuid)`;
  const order = after === undefined ? sql`open DESC, watch.value, watch.id` : sql`watch.value, watch.id`;
  return sql<Omit<ListedWatch, 'silence'>[]>`
    SELECT watch.id, watch.team_id AS "teamId", watch.kind, watch.value, watch.email, watch.state,
      EXISTS (SELECT 1 FROM account_freeze standing
        WHERE standing.value = watch.value AND standing.lifted_at IS NULL) AS frozen,
      count(alert.id)::int AS alerts, max(alert.happened_at) AS last,
      count(alert.id) FILTER (WHERE alert.verdict <> 'expected' AND coalesce((
        SELECT answer FROM account_answer said
        WHERE said.alert_id = alert.id AND said.undone_at IS NULL ORDER BY said.id DESC LIMIT 1), 'reopened') = 'reopened')::int AS open,
      (SELECT count(*)::int FROM account_channel channel WHERE channel.watch_id = watch.id
        AND channel.ended_at IS NULL AND channel.confirmed_at IS NOT NULL) AS channels,
      (SELECT count(*)::int FROM account_channel channel WHERE channel.watch_id = watch.id
        AND channel.ended_at IS NULL AND channel.confirmed_at IS NOT NULL AND (
          SELECT delivery.state IN ('failed', 'gone', 'dropped') FROM alert_delivery delivery
          WHERE delivery.channel_id = channel.id AND delivery.state <> 'queued'
            AND delivery.done_at > channel.enabled_at
          ORDER BY delivery.done_at DESC LIMIT 1)) AS failing
    FROM account_watch watch LEFT JOIN alert_alert alert ON alert.watch_id = watch.id
    WHERE watch.team_id = ANY(${teamIds(caller)}::uuid[]) AND watch.state = 'confirmed' ${one} ${beyond}
    GROUP BY watch.id ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`;
}

const mostWatches = 1_000;

/** Told are addresses that their person confirmed: no mail to ask again. */
export async function addWatch(
  deps: Uses,
  caller: Caller,
  {
    teamId,
    target,
    email,
  }: { readonly teamId: string; readonly target: WatchTarget; readonly email: string },
): Promise<string> {
  requireTeam(caller, teamId, 'responder');
  const addresses = await ownAddresses(deps, caller);
  if (!addresses.includes(email)) throw new AccountError('invalid', 'Only an address of yours can be told.');
  const proven = (await owningTeams(deps, [teamId], target)).length > 0;
  if (target.kind === 'domain' && !proven)
    throw new AccountError('forbidden', 'A whole domain is for whoever proved to own it, under Ownership.');
  const known = await deps.prisma.accountWatch.count({ where: { teamId, state: 'confirmed' } });
  if (known >= mostWatches) throw new AccountError('too-many', `A team has at most ${mostWatches} watches.`);
  const id = randomUUID();
  const { kind, value } = target;
  await deps.sql.begin(async (transaction) => {
    await transaction`
      INSERT INTO account_watch (id, team_id, kind, shown, value, email, mailbox, state, token_hash, stop_token,
        expires_at, confirmed_at, proven_at)
      VALUES (${id}, ${teamId}, ${kind}, ${value}, ${value}, ${email}, ${email}, 'confirmed',
        ${sha256(utf8(newToken().token))}, ${newToken().token}, now(), now(), ${proven ? new Date() : null})`;
    await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'watch.added', subject: id });
  });
  return id;
}

/** Nobody is told by it any more; its alerts stay. False when it was stopped before. */
export async function endWatch(transaction: Transaction, id: string): Promise<boolean> {
  const stopped = await transaction`
    UPDATE account_watch SET state = 'stopped', stopped_at = now()
    WHERE id = ${id} AND state <> 'stopped' RETURNING id`;
  return stopped.length > 0;
}

/** Stopping twice is stopping once. */
export async function stopTeamWatch({ sql, prisma }: Uses, caller: Caller, id: string): Promise<void> {
  const { teamId } = await teamWatch({ prisma }, caller, id, 'responder');
  await sql.begin(async (transaction) => {
    if (await endWatch(transaction, id))
      await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'watch.stopped', subject: id });
  });
}

/** A whole domain is its proven owner's alone, its preview too: it names people. */
export async function mayWatch(
  deps: Pick<Uses, 'sql'>,
  caller: Caller,
  target: WatchTarget,
): Promise<boolean> {
  return target.kind !== 'domain' || (await owningTeams(deps, teamIds(caller), target)).length > 0;
}

/** Of these addresses the first that no team of the caller watches. */
export async function firstUnwatched(
  { sql }: Pick<Uses, 'sql'>,
  caller: Caller,
  addresses: readonly string[],
): Promise<string | undefined> {
  const rows = await sql<{ value: string }[]>`
    SELECT value FROM account_watch
    WHERE team_id = ANY(${teamIds(caller)}::uuid[]) AND kind = 'email' AND state = 'confirmed'`;
  const watched = new Set(rows.map(({ value }) => value));
  return addresses.find((address) => !watched.has(watchTarget('email', address)?.value ?? address));
}

export async function ownAddresses({ sql }: Pick<Uses, 'sql'>, { userId }: Caller): Promise<string[]> {
  const rows = await sql<{ address: string }[]>`
    SELECT address FROM account_email WHERE user_id = ${userId} ORDER BY confirmed_at`;
  return rows.map(({ address }) => address);
}
