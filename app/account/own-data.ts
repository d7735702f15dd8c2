/** Everything we hold about a person, as a file for them. Its end is in forget-person.ts. */
import type { Dependencies } from '../dependencies.ts';

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
    ...(await writtenThings(sql, userId)),
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

/** What they said and announced for their own team, and what was mailed to them; of a sent mail no text is kept. */
async function writtenThings(sql: Uses['sql'], userId: string): Promise<Record<string, unknown>> {
  const own = sql`(SELECT id FROM account_team WHERE personal_of = ${userId})`;
  const alerts = sql`
    SELECT alert.id FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    WHERE watch.team_id = ${own}`;
  const addresses = sql`SELECT address FROM account_email WHERE user_id = ${userId}`;
  return {
    answers: await sql`
      SELECT alert_id, answer, by, via, reason, at, undone_at, undone_by FROM account_answer
      WHERE alert_id IN (${alerts}) ORDER BY id DESC LIMIT 10000`,
    responses: await sql`
      SELECT event_id, act, value, note, by, at, undone_at, undone_by FROM account_response
      WHERE event_id IN (SELECT event_id FROM alert_alert WHERE id IN (${alerts})) ORDER BY id DESC LIMIT 10000`,
    intents: await sql`
      SELECT number, source, wanted, ref, workflow, made_by, created_at, until, cancelled_at
      FROM account_intent WHERE team_id = ${own} ORDER BY number`,
    freezes: await sql`
      SELECT kind, value, reason, made_by, created_at, lifted_at, lifted_by
      FROM account_freeze WHERE team_id = ${own} ORDER BY created_at`,
    views: await sql`SELECT name, query, created_at FROM account_view WHERE team_id = ${own}`,
    mails: await sql`
      SELECT kind, recipient, state, created_at, sent_at FROM mail_outbox
      WHERE recipient IN (${addresses}) ORDER BY created_at DESC LIMIT 10000`,
    bounces: await sql`
      SELECT address, bounces, reason, last_at FROM mail_bounce WHERE address IN (${addresses})`,
  };
}
