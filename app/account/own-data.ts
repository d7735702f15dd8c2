/** Everything we hold about a person, as a file for them; and its end. */
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordAct } from './audit.ts';
import { AccountError } from './account-error.ts';
import { removeTeam } from './team.ts';

type Uses = Pick<Dependencies, 'sql'>;

/** As a file. */
export async function ownDataFile(deps: Uses, userId: string): Promise<Response> {
  const data = await exportOwnData(deps, userId);
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  return new Response(`${JSON.stringify(data, plain, 2)}\n`, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="sigwatch-my-data.json"',
      'cache-control': 'no-store',
    },
  });
}

/** Hashes of secrets stay out: they are of no use to their owner, and of some to a thief of the file. */
export async function exportOwnData({ sql }: Uses, userId: string): Promise<Record<string, unknown>> {
  const [person] = await sql`SELECT id, name, created_at FROM account_user WHERE id = ${userId}`;
  return {
    person,
    addresses: await sql`SELECT address, confirmed_at FROM account_email WHERE user_id = ${userId}`,
    logins: await sql`
      SELECT provider, issuer, subject, shown, created_at FROM account_login WHERE user_id = ${userId}`,
    passkeys: await sql`
      SELECT credential_id, name, transports, created_at, used_at FROM account_passkey WHERE user_id = ${userId}`,
    sessions: await sql`
      SELECT id, method, agent, created_at, seen_at, expires_at FROM account_session WHERE user_id = ${userId}`,
    keys: await sql`
      SELECT id, team_id, name, hint, scopes, created_at, expires_at, used_at, ended_at
      FROM account_api_key WHERE user_id = ${userId}`,
    teams: await sql`
      SELECT team.id, team.name, member.role, member.since, team.personal_of IS NOT NULL AS personal
      FROM account_member member JOIN account_team team ON team.id = member.team_id
      WHERE member.user_id = ${userId}`,
    ...(await ownedThings(sql, userId)),
    acts: await sql`
      SELECT id, team_id, act, subject_id, detail, at FROM account_audit
      WHERE actor_kind = 'user' AND actor_id = ${userId} ORDER BY id`,
  };
}

async function ownedThings(sql: Uses['sql'], userId: string): Promise<Record<string, unknown>> {
  const own = sql`
    SELECT id FROM account_watch
    WHERE team_id = (SELECT id FROM account_team WHERE personal_of = ${userId})
       OR email IN (SELECT address FROM account_email WHERE user_id = ${userId})`;
  return {
    watches: await sql`
      SELECT id, kind, value, email, state, team_id, created_at, confirmed_at, stopped_at, proven_at
      FROM account_watch WHERE id IN (${own}) ORDER BY created_at`,
    rules: await sql`
      SELECT id, watch_id, rule, owner, created_at, expires_at, ended_at
      FROM account_rule WHERE watch_id IN (${own}) ORDER BY created_at`,
    channels: await sql`
      SELECT id, watch_id, url, created_at, ended_at FROM account_channel WHERE watch_id IN (${own})`,
    alerts: await sql`
      SELECT id, watch_id, log_id, entry_index, verdict, reasons, facts, created_at
      FROM alert_alert WHERE watch_id IN (${own}) ORDER BY created_at DESC LIMIT 10000`,
    ownership: await sql`
      SELECT kind, value, method, bound, proven_at, checked_at, ended_as, ended_at FROM account_ownership
      WHERE team_id = (SELECT id FROM account_team WHERE personal_of = ${userId})`,
    unlisted: await sql`
      SELECT value, created_at, ended_at FROM account_unlisting
      WHERE team_id = (SELECT id FROM account_team WHERE personal_of = ${userId})`,
  };
}

/**
 * Of a person nothing stays but acts of an id that is nobody's. Their own team goes with them, and every watch that
 * writes to them; teams of others stay, and one that would have no owner stops it.
 */
export async function deletePerson({ sql }: Uses, userId: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await refuseOrphans(transaction, userId);
    const actor = { kind: 'user', id: userId } as const;
    await forgetNames(transaction, userId);
    const addresses = await transaction<{ address: string }[]>`
      DELETE FROM account_email WHERE user_id = ${userId} RETURNING address`;
    const own = addresses.map(({ address }) => address);
    const [personal] = await transaction<{ id: string }[]>`
      SELECT id FROM account_team WHERE personal_of = ${userId}`;
    await removeWatches(transaction, personal?.id, own);
    await transaction`DELETE FROM account_departed WHERE address = ANY(${own})`;
    await transaction`DELETE FROM account_login_code WHERE email = ANY(${own})`;
    await transaction`DELETE FROM account_invitation WHERE address = ANY(${own})`;
    if (personal !== undefined) await removeTeam(transaction, personal.id, actor);
    await transaction`DELETE FROM account_user WHERE id = ${userId}`;
    await recordAct(transaction, { teamId: null, actor, act: 'user.deleted', subject: userId });
  });
}

/** Where an act shows who did it by name: from now on nobody that can be named. */
async function forgetNames(transaction: Transaction, userId: string): Promise<void> {
  const rows = await transaction<{ name: string }[]>`
    SELECT name FROM account_user WHERE id = ${userId} AND name <> ''
    UNION SELECT address FROM account_email WHERE user_id = ${userId}`;
  const names = rows.map(({ name }) => name);
  const teams = transaction`SELECT team_id FROM account_member WHERE user_id = ${userId}`;
  const nobody = 'somebody whose account is gone';
  await transaction`
    UPDATE account_intent SET made_by = ${nobody} WHERE made_by = ANY(${names}) AND team_id IN (${teams})`;
  await transaction`
    UPDATE account_freeze SET made_by = ${nobody} WHERE made_by = ANY(${names}) AND team_id IN (${teams})`;
  await transaction`
    UPDATE account_freeze SET lifted_by = ${nobody} WHERE lifted_by = ANY(${names}) AND team_id IN (${teams})`;
  await transaction`
    UPDATE account_answer SET by = ${nobody} WHERE by = ANY(${names}) AND alert_id IN (
      SELECT alert.id FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
      WHERE watch.team_id IN (${teams}))`;
}

async function refuseOrphans(transaction: Transaction, userId: string): Promise<void> {
  const orphans = await transaction<{ name: string }[]>`
    SELECT team.name FROM account_member member JOIN account_team team ON team.id = member.team_id
    WHERE member.user_id = ${userId} AND member.role = 'owner' AND team.personal_of IS NULL
      AND NOT EXISTS (SELECT 1 FROM account_member other
                      WHERE other.team_id = team.id AND other.role = 'owner' AND other.user_id <> ${userId})
    FOR UPDATE OF team`;
  if (orphans.length > 0)
    throw new AccountError(
      'conflict',
      'You are the only owner of a team: make somebody else an owner of it first, or delete it.',
    );
}

/** The rows themselves, with what hangs on them: they hold the address. Alerts of theirs hold log entries, which are public. */
async function removeWatches(
  transaction: Transaction,
  teamId: string | undefined,
  addresses: readonly string[],
): Promise<void> {
  const watches = await transaction<{ id: string }[]>`
    SELECT id FROM account_watch
    WHERE team_id = ${teamId ?? null} OR (team_id IS NULL AND email = ANY(${addresses as string[]}))`;
  const ids = watches.map(({ id }) => id);
  await transaction`DELETE FROM account_rule WHERE watch_id = ANY(${ids}::uuid[])`;
  await transaction`DELETE FROM account_channel WHERE watch_id = ANY(${ids}::uuid[])`;
  await transaction`DELETE FROM account_feed WHERE watch_id = ANY(${ids}::uuid[])`;
  await transaction`DELETE FROM account_watch WHERE id = ANY(${ids}::uuid[])`;
  // A team goes on watching, but no longer writes to somebody who is gone.
  await transaction`
    UPDATE account_watch SET state = 'stopped', stopped_at = now(), email = 'deleted', mailbox = 'deleted'
    WHERE email = ANY(${addresses as string[]})`;
}
