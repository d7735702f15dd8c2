/** Teams: who is in them, and as what. Whoever calls has been given the team by requireTeam. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordAct, type Actor } from './audit.ts';
import { AccountError } from './account-error.ts';
import { endFreezesOf, type EndsFreezes } from '../freezes/of-ended-team.ts';
import { handOver, type HandsOver } from './hand-over.ts';
import type { Role } from './roles.ts';

type Uses = Pick<Dependencies, 'sql'>;

const mostTeams = 20;

export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly role: Role;
  readonly since: Date;
}

export async function makeTeam({ sql }: Uses, userId: string, name: string): Promise<string> {
  const id = randomUUID();
  const actor = { kind: 'user', id: userId } as const;
  await sql.begin(async (transaction) => {
    await transaction`SELECT 1 FROM account_user WHERE id = ${userId} FOR UPDATE`;
    const [known] = await transaction<{ teams: number }[]>`
      SELECT count(*)::int AS teams FROM account_member WHERE user_id = ${userId}`;
    if ((known?.teams ?? 0) >= mostTeams)
      throw new AccountError('too-many', `A person is in at most ${mostTeams} teams.`);
    await transaction`INSERT INTO account_team (id, name) VALUES (${id}, ${name})`;
    await transaction`INSERT INTO account_member (team_id, user_id, role) VALUES (${id}, ${userId}, 'owner')`;
    await recordAct(transaction, { teamId: id, actor, act: 'team.made', subject: id });
  });
  return id;
}

export async function renameTeam({ sql }: Uses, teamId: string, name: string, actor: Actor): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`UPDATE account_team SET name = ${name} WHERE id = ${teamId} AND personal_of IS NULL`;
    await recordAct(transaction, { teamId, actor, act: 'team.renamed', subject: teamId });
  });
}

/** Its watches stop and its freezes are lifted; what was done stays on record. */
export async function deleteTeam(deps: EndsFreezes, teamId: string, actor: Actor): Promise<void> {
  const [team] = await deps.sql<{ personal: boolean }[]>`
    SELECT personal_of IS NOT NULL AS personal FROM account_team WHERE id = ${teamId}`;
  if (team?.personal === true)
    throw new AccountError('conflict', 'Your own team goes with your account, under Settings.');
  await endFreezesOf(deps, teamId, actor);
  await deps.sql.begin(async (transaction) => removeTeam(transaction, teamId, actor));
}

/** Watches first: without a team they would fall back to their mailbox and go on. Throws while a freeze of it stands. */
export async function removeTeam(transaction: Transaction, teamId: string, actor: Actor): Promise<void> {
  await transaction`SELECT 1 FROM account_team WHERE id = ${teamId} FOR UPDATE`;
  const standing = await transaction`
    SELECT 1 FROM account_freeze WHERE team_id = ${teamId} AND lifted_at IS NULL`;
  if (standing.length > 0)
    throw new AccountError(
      'conflict',
      'A name was frozen at this very moment: nothing was deleted. Try again.',
    );
  await transaction`
    UPDATE account_watch SET state = 'stopped', stopped_at = coalesce(stopped_at, now())
    WHERE team_id = ${teamId} AND state <> 'stopped'`;
  await transaction`
    UPDATE account_intent SET cancelled_at = now() WHERE team_id = ${teamId} AND cancelled_at IS NULL`;
  await transaction`DELETE FROM account_view WHERE team_id = ${teamId}`;
  await transaction`DELETE FROM account_team WHERE id = ${teamId}`;
  await recordAct(transaction, { teamId, actor, act: 'team.deleted', subject: teamId });
}

export async function listMembers({ sql }: Uses, teamId: string): Promise<Member[]> {
  return sql<Member[]>`
    SELECT member.user_id AS "userId", person.name, member.role, member.since,
      ARRAY(SELECT address FROM account_email WHERE user_id = member.user_id ORDER BY confirmed_at)
      || ARRAY(SELECT shown || ' (' || provider || ')' FROM account_login WHERE user_id = member.user_id ORDER BY created_at)
      AS addresses
    FROM account_member member JOIN account_user person ON person.id = member.user_id
    WHERE member.team_id = ${teamId} ORDER BY member.since, member.user_id`;
}

export async function changeRole(
  deps: HandsOver,
  teamId: string,
  userId: string,
  role: Role,
  actor: Actor,
): Promise<void> {
  await deps.sql.begin(async (transaction) => {
    await keepAnOwner(transaction, teamId, role === 'owner' ? undefined : userId);
    // Who holds the mail of an alert may answer it, which a viewer may not.
    if (role === 'viewer' && (await isMember(transaction, teamId, userId)))
      await handOver(transaction, deps, { teamId, userId, actor });
    const changed = await transaction`
      UPDATE account_member SET role = ${role} WHERE team_id = ${teamId} AND user_id = ${userId} RETURNING role`;
    if (changed.length === 0) throw new AccountError('not-found', 'There is no such thing.');
    await recordAct(transaction, { teamId, actor, act: 'member.changed', subject: userId, detail: { role } });
  });
}

/** Their keys of this team end with them; their addresses are told nothing, and remembered as those of somebody who left. */
export async function removeMember(
  deps: HandsOver,
  teamId: string,
  userId: string,
  actor: Actor,
): Promise<void> {
  await deps.sql.begin(async (transaction) => {
    await keepAnOwner(transaction, teamId, userId);
    if (await isMember(transaction, teamId, userId))
      await handOver(transaction, deps, { teamId, userId, actor });
    const removed = await transaction`
      DELETE FROM account_member member USING account_team team
      WHERE member.team_id = ${teamId} AND member.user_id = ${userId} AND team.id = member.team_id
        AND team.personal_of IS NULL RETURNING member.role`;
    if (removed.length === 0) throw new AccountError('not-found', 'There is no such thing.');
    await transaction`
      UPDATE account_api_key SET ended_at = now()
      WHERE team_id = ${teamId} AND user_id = ${userId} AND ended_at IS NULL`;
    await transaction`
      INSERT INTO account_departed (team_id, address)
      SELECT ${teamId}, address FROM account_email WHERE user_id = ${userId}
      ON CONFLICT (team_id, address) DO UPDATE SET left_at = now()`;
    await recordAct(transaction, { teamId, actor, act: 'member.left', subject: userId });
  });
}

/** Of a team of several: one's own is nobody else's to leave. */
async function isMember(transaction: Transaction, teamId: string, userId: string): Promise<boolean> {
  const rows = await transaction`
    SELECT 1 FROM account_member member JOIN account_team team ON team.id = member.team_id
    WHERE member.team_id = ${teamId} AND member.user_id = ${userId} AND team.personal_of IS NULL`;
  return rows.length > 0;
}

/** A team without an owner could never change again. Holds the team's row, so that two owners cannot both leave at once. */
async function keepAnOwner(
  transaction: Transaction,
  teamId: string,
  without: string | undefined,
): Promise<void> {
  await transaction`SELECT 1 FROM account_team WHERE id = ${teamId} FOR UPDATE`;
  if (without === undefined) return;
  const others = await transaction`
    SELECT 1 FROM account_member WHERE team_id = ${teamId} AND role = 'owner' AND user_id <> ${without} LIMIT 1`;
  const is = await transaction`
    SELECT 1 FROM account_member WHERE team_id = ${teamId} AND role = 'owner' AND user_id = ${without}`;
  if (is.length > 0 && others.length === 0)
    throw new AccountError(
      'conflict',
      'A team needs an owner: make somebody else one first, or delete the team.',
    );
}
