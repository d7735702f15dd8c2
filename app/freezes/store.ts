/**
 * Freezes: issuance for a name stops at our authority until its owner lifts them. The authority's list is what holds; it
 * is asked first, and what stands here is who did it, for everybody who watches the name.
 */
import { randomUUID } from 'node:crypto';
import { freezeKinds, type FreezeName } from '#lib/server/freezes.ts';
import { recordAct } from '../account/audit.ts';
import { actorOf, requireTeam, teamIds, type Caller } from '../account/caller.ts';
import { AccountError } from '../account/account-error.ts';
import { provenRepositoryId, requireOwned } from '../account/ownership/owned.ts';
import { shownName } from '../account/shown-name.ts';
import type { Dependencies } from '../dependencies.ts';
import { readIdentity } from '../find/question.ts';
import { areOthers, boundOf, claimOf, holderOf, sparedBy } from '../account/ownership/numbers.ts';
import { forgetFrozen, frozenAtAuthority } from './authority.ts';
import { coveredFreezes, provenBy } from './covered.ts';

export interface ShownFreeze {
  readonly id: string;
  readonly teamId: string;
  readonly kind: string;
  readonly value: string;
  readonly madeBy: string;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
}

type Uses = Pick<Dependencies, 'sql' | 'prisma' | 'freezes' | 'now'>;

/** Only for whoever proved to own the name. Freezing what is frozen gives the freeze there is. */
export async function freeze(
  deps: Uses,
  caller: Caller,
  { identity, reason }: { readonly identity: string; readonly reason?: string | undefined },
): Promise<ShownFreeze> {
  const name = readFreezeName(identity);
  if (name === undefined)
    throw new AccountError('invalid', 'identity: not an e-mail address, repository or URI');
  const teamId = await requireOwned(deps, caller, name);
  const madeBy = await shownName(deps, caller);
  // Whoever renames the repository would have a name that is not frozen; its number goes with it.
  const repositoryId =
    name.kind === 'repository' ? await provenRepositoryId(deps, teamId, name.value) : undefined;
  const { holder, spared } = await heldAs(deps, teamId, name);
  await deps.freezes.put({ ...name, repositoryId, holder, spared, by: madeBy, reason: reason ?? '' });
  forgetFrozen(deps.freezes);
  const shown = await deps.sql.begin(async (transaction) => {
    const team = await transaction`SELECT 1 FROM account_team WHERE id = ${teamId} FOR KEY SHARE`;
    if (team.length === 0) return undefined;
    const id = randomUUID();
    const made = await transaction`
      INSERT INTO account_freeze (id, team_id, kind, value, made_by, reason, holder, spared)
      VALUES (${id}, ${teamId}, ${name.kind}, ${name.value}, ${madeBy}, ${reason ?? null},
        ${holder}, ${spared})
      ON CONFLICT (kind, value, holder) WHERE lifted_at IS NULL DO NOTHING RETURNING id`;
    if (made.length > 0)
      await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'freeze.set', subject: id });
    const [standing] = await transaction<ShownFreeze[]>`
      SELECT id, team_id AS "teamId", kind, value, made_by AS "madeBy", reason, created_at AS "createdAt",
        lifted_at AS "liftedAt", lifted_by AS "liftedBy"
      FROM account_freeze WHERE kind = ${name.kind} AND value = ${name.value} AND holder = ${holder}
        AND lifted_at IS NULL`;
    if (standing === undefined) throw new AccountError('conflict', 'It was lifted at this very moment.');
    return standing;
  });
  if (shown !== undefined) return seenBy(caller, shown);
  await deps.freezes.end({ ...name, holder, by: madeBy });
  throw new AccountError('not-found', 'There is no such thing.');
}

/** Under which numbers. One that stands and is not of others, of another repository of the name, is the one there is. */
async function heldAs(
  { sql }: Pick<Uses, 'sql'>,
  teamId: string,
  name: FreezeName,
): Promise<{ holder: string; spared: string[] }> {
  const claim = await claimOf(sql, teamId, name);
  const standing = await sql<{ holder: string; spared: string[] }[]>`
    SELECT holder, spared FROM account_freeze
    WHERE kind = ${name.kind} AND value = ${name.value} AND lifted_at IS NULL ORDER BY created_at`;
  const same = standing.find(({ holder }) => !areOthers(claim.own, boundOf(holder)));
  return same ?? { holder: holderOf(claim.own), spared: sparedBy(claim) };
}

/** Who of another team froze it, and why, is theirs. */
function seenBy(caller: Caller, row: ShownFreeze): ShownFreeze {
  if (teamIds(caller).includes(row.teamId)) return row;
  return { ...row, madeBy: 'another team', reason: null };
}

/** Undefined for what is no name that can be frozen. */
export function readFreezeName(identity: string): FreezeName | undefined {
  const named = readIdentity(identity);
  const kind = freezeKinds.find((known) => known === named?.kind);
  return named === undefined || kind === undefined ? undefined : { kind, value: named.value };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** By an owner of the team whose freeze it is, or of any that proved to own the name. Lifting twice is lifting once. */
export async function liftFreeze(deps: Uses, caller: Caller, id: string, reason = ''): Promise<ShownFreeze> {
  const row = uuid.test(id) ? await deps.prisma.accountFreeze.findUnique({ where: { id } }) : null;
  if (row === null || !(await mayLift(deps, caller, row)))
    throw new AccountError('not-found', 'There is no such thing.');
  if (row.liftedAt !== null) return seenBy(caller, row);
  const by = await shownName(deps, caller);
  const { kind, value, teamId, holder } = row;
  const known = freezeKinds.find((name) => name === kind);
  if (known !== undefined) await deps.freezes.end({ kind: known, value, holder, by, reason });
  forgetFrozen(deps.freezes);
  await deps.sql.begin(async (transaction) => {
    const lifted = await transaction`
      UPDATE account_freeze SET lifted_at = ${deps.now()}, lifted_by = ${by}
      WHERE id = ${id} AND lifted_at IS NULL RETURNING id`;
    if (lifted.length > 0)
      await recordAct(transaction, { teamId, actor: actorOf(caller), act: 'freeze.lifted', subject: id });
  });
  return seenBy(caller, await deps.prisma.accountFreeze.findUniqueOrThrow({ where: { id } }));
}

async function mayLift(
  deps: Uses,
  caller: Caller,
  row: ShownFreeze & { readonly holder: string },
): Promise<boolean> {
  try {
    if (teamIds(caller).includes(row.teamId)) requireTeam(caller, row.teamId, 'owner');
    else {
      const { own } = await claimOf(deps.sql, await requireOwned(deps, caller, row), row);
      return !areOthers(own, boundOf(row.holder));
    }
    return true;
  } catch (error) {
    if (error instanceof AccountError && error.code === 'forbidden' && !teamIds(caller).includes(row.teamId))
      return false;
    throw error;
  }
}

/**
 * Of the caller's teams, and what stands on names they proved, whoever froze it; newest first. `after`: moment and id of the
 * last one of the page before.
 */
export async function listFreezes(
  deps: Pick<Uses, 'sql' | 'prisma'>,
  caller: Caller,
  { after, limit = 200 }: { readonly after?: readonly string[] | undefined; readonly limit?: number } = {},
): Promise<ShownFreeze[]> {
  const [moment = 0, id = ''] = after ?? [];
  const createdAt = new Date(moment);
  const beyond =
    after === undefined ? {} : { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
  const teams = teamIds(caller);
  const whose = [{ teamId: { in: teams } }, { id: { in: await coveredFreezes(deps, teams) } }];
  const rows = await deps.prisma.accountFreeze.findMany({
    where: { AND: [{ OR: whose }, beyond] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map((row) => seenBy(caller, row));
}

/**
 * Names that the caller's teams watch and somebody else froze, here or at the authority: since when, and not who. And names they
 * proved, when only the authority knows of the freeze; the others stand in listFreezes.
 */
export async function listWatchedFreezes(
  { sql, freezes, now }: Pick<Uses, 'sql' | 'freezes' | 'now'>,
  caller: Caller,
): Promise<{ value: string; since: Date }[]> {
  const teams = teamIds(caller);
  const authority = await frozenAtAuthority(freezes, now());
  const isProven = await provenBy({ sql }, teams);
  const proven = authority.filter(isProven).map(({ value }) => value);
  const covered = await coveredFreezes({ sql }, teams);
  return sql<{ value: string; since: Date }[]>`
    SELECT frozen.value, min(frozen.since) AS since
    FROM (
      SELECT value, created_at AS since FROM account_freeze WHERE lifted_at IS NULL
      UNION ALL
      SELECT value, since::timestamptz
      FROM unnest(${authority.map(({ value }) => value)}::text[], ${authority.map(({ frozenAt }) => frozenAt)}::text[])
        AS told (value, since)
    ) frozen
    WHERE NOT EXISTS (
      SELECT 1 FROM account_freeze own
      WHERE own.value = frozen.value AND own.lifted_at IS NULL
        AND (own.team_id = ANY(${teams}::uuid[]) OR own.id = ANY(${covered}::uuid[])))
    AND (frozen.value = ANY(${proven}) OR EXISTS (
      SELECT 1 FROM account_watch watch
      WHERE watch.value = frozen.value AND watch.state = 'confirmed' AND watch.team_id = ANY(${teams}::uuid[])))
    GROUP BY frozen.value ORDER BY frozen.value LIMIT 200`;
}

/** Whether issuance stands still for any of these names, for whoever was told of it: since when, and not who. */
export async function frozenSince(
  { prisma, freezes, now }: Pick<Uses, 'prisma' | 'freezes' | 'now'>,
  ...names: readonly (string | null | undefined)[]
): Promise<Date | undefined> {
  const known = names.filter((name) => typeof name === 'string');
  const row = await prisma.accountFreeze.findFirst({
    where: { value: { in: known }, liftedAt: null },
    orderBy: { createdAt: 'asc' },
  });
  if (row !== null) return row.createdAt;
  const found = (await frozenAtAuthority(freezes, now())).find(({ value }) => known.includes(value));
  return found === undefined ? undefined : new Date(found.frozenAt);
}

/** The same for one who looks the name up: a stranger does not learn it, those who watch the name do. */
export async function frozenForWatcher(
  deps: Pick<Uses, 'prisma' | 'freezes' | 'now'>,
  caller: Caller | undefined,
  name: string,
): Promise<Date | undefined> {
  if (caller === undefined) return undefined;
  const teamId = { in: teamIds(caller) };
  const watches = await deps.prisma.accountWatch.count({
    where: { teamId, value: name, state: 'confirmed' },
  });
  return watches > 0 ? frozenSince(deps, name) : undefined;
}
