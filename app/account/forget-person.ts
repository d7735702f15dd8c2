/** The end of a person: what we held about them goes; the record keeps acts of an id that is nobody's. */
import type { Transaction } from '#lib/server/database.ts';
import { handOver, type HandsOver } from './hand-over.ts';
import { placeKeyOf } from '../watch/settings/channels.ts';
import { recordAct } from './audit.ts';
import { AccountError } from './account-error.ts';
import { endFreezesOf, type EndsFreezes } from '../freezes/of-ended-team.ts';
import { withKey } from './shown-name.ts';
import { removeTeam } from './team.ts';

/**
 * Of a person nothing stays but acts of an id that is nobody's. Their own team goes with them, and every watch that
 * writes to them; teams of others stay, and one that would have no owner stops it. What their own team froze is lifted
 * first, which only the authority can do.
 */
export async function deletePerson(deps: HandsOver & EndsFreezes, userId: string): Promise<void> {
  const { sealing, statement } = deps;
  const actor = { kind: 'user', id: userId } as const;
  await deps.sql.begin(async (transaction) => refuseOrphans(transaction, userId));
  const [own] = await deps.sql<{ id: string }[]>`SELECT id FROM account_team WHERE personal_of = ${userId}`;
  if (own !== undefined) await endFreezesOf(deps, own.id, actor);
  await deps.sql.begin(async (transaction) => {
    await refuseOrphans(transaction, userId);
    await forgetNames(transaction, userId);
    for (const { id: teamId } of await transaction<{ id: string }[]>`
      SELECT team.id FROM account_member member JOIN account_team team ON team.id = member.team_id
      WHERE member.user_id = ${userId} AND team.personal_of IS NULL`)
      await handOver(transaction, deps, { teamId, userId, actor });
    const addresses = await transaction<{ address: string }[]>`
      DELETE FROM account_email WHERE user_id = ${userId} RETURNING address`;
    const theirs = addresses.map(({ address }) => address);
    await removeWatches(transaction, deps, own?.id, theirs);
    await transaction`DELETE FROM account_departed WHERE address = ANY(${theirs})`;
    await transaction`DELETE FROM account_login_code WHERE email = ANY(${theirs})`;
    await transaction`DELETE FROM account_invitation WHERE address = ANY(${theirs})`;
    await transaction`DELETE FROM account_secret WHERE payload->>'userId' = ${userId}`;
    await transaction.unsafe(statement('alert-forget-mailbox'), [theirs]);
    const places = theirs.map((url) => placeKeyOf(sealing, 'mail', { url, secret: '' }));
    const seconds = await transaction<{ id: string }[]>`
      SELECT id FROM account_channel WHERE kind = 'mail' AND place_key = ANY(${places})`;
    const ids = seconds.map(({ id }) => id);
    await transaction.unsafe(statement('alert-forget-channels'), [ids]);
    if (own !== undefined) {
      await removeTeam(transaction, own.id, actor);
      await forgetNamed(transaction, own.id);
    }
    await transaction`DELETE FROM account_user WHERE id = ${userId}`;
    await recordAct(transaction, { teamId: null, actor, act: 'user.deleted', subject: userId });
  });
}

/** What their own team froze and announced: acts of it stay on record, without the name. */
async function forgetNamed(transaction: Transaction, teamId: string): Promise<void> {
  await transaction`
    UPDATE account_freeze SET value = 'deleted', reason = NULL WHERE team_id = ${teamId} AND lifted_at IS NOT NULL`;
  await transaction`UPDATE account_intent SET source = 'deleted' WHERE team_id = ${teamId}`;
}

/** Where an act shows who did it by name: from now on nobody that can be named. */
async function forgetNames(transaction: Transaction, userId: string): Promise<void> {
  const rows = await transaction<{ name: string }[]>`
    SELECT name FROM account_user WHERE id = ${userId} AND name <> ''
    UNION SELECT address FROM account_email WHERE user_id = ${userId}`;
  const keys = await transaction<{ key: string }[]>`
    SELECT name AS key FROM account_api_key WHERE user_id = ${userId}`;
  const names = rows.flatMap(({ name }) => [name, ...keys.map(({ key }) => withKey(name, key))]);
  const teams = transaction`SELECT team_id FROM account_member WHERE user_id = ${userId}`;
  const nobody = 'somebody whose account is gone';
  await transaction`
    UPDATE account_intent SET made_by = ${nobody} WHERE made_by = ANY(${names}) AND team_id IN (${teams})`;
  await transaction`
    UPDATE account_freeze SET made_by = ${nobody} WHERE made_by = ANY(${names}) AND team_id IN (${teams})`;
  await transaction`
    UPDATE account_freeze SET lifted_by = ${nobody} WHERE lifted_by = ANY(${names}) AND team_id IN (${teams})`;
  const watches = transaction`SELECT id FROM account_watch WHERE team_id IN (${teams})`;
  const alerts = transaction`SELECT id FROM alert_alert WHERE watch_id IN (${watches})`;
  const events = transaction`SELECT event_id FROM alert_alert WHERE watch_id IN (${watches})`;
  await transaction`
    UPDATE account_answer SET by = ${nobody} WHERE by = ANY(${names}) AND alert_id IN (${alerts})`;
  await transaction`
    UPDATE account_answer SET undone_by = ${nobody} WHERE undone_by = ANY(${names}) AND alert_id IN (${alerts})`;
  await transaction`
    UPDATE account_response SET by = ${nobody} WHERE by = ANY(${names}) AND event_id IN (${events})`;
  await transaction`
    UPDATE account_response SET undone_by = ${nobody}
    WHERE undone_by = ANY(${names}) AND event_id IN (${events})`;
  await transaction`
    UPDATE account_rule SET owner = ${nobody} WHERE owner = ANY(${names}) AND watch_id IN (${watches})`;
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
  { statement }: Pick<HandsOver, 'statement'>,
  teamId: string | undefined,
  addresses: readonly string[],
): Promise<void> {
  const watches = await transaction<{ id: string }[]>`
    SELECT id FROM account_watch
    WHERE team_id = ${teamId ?? null} OR (team_id IS NULL AND email = ANY(${addresses as string[]}))`;
  const ids = watches.map(({ id }) => id);
  await transaction`DELETE FROM account_rule WHERE watch_id = ANY(${ids}::uuid[])`;
  const channels = await transaction<{ id: string }[]>`
    SELECT id FROM account_channel WHERE watch_id = ANY(${ids}::uuid[])`;
  await transaction.unsafe(statement('alert-forget-channels'), [channels.map(({ id }) => id)]);
  await transaction`DELETE FROM account_feed WHERE watch_id = ANY(${ids}::uuid[])`;
  await transaction`DELETE FROM account_watch WHERE id = ANY(${ids}::uuid[])`;
  // Of teams that they had left, or that have nobody else to write to.
  await transaction`
    UPDATE account_watch SET state = 'stopped', stopped_at = now(), email = 'deleted', mailbox = 'deleted'
    WHERE email = ANY(${addresses as string[]})`;
}
