/** Everything we hold about a person, as a file for them. Its end is in forget-person.ts. */
import type { Dependencies } from '../dependencies.ts';
import { placeKeyOf, placeOf } from '../watch/settings/channels.ts';

type Uses = Pick<Dependencies, 'sql' | 'sealing'>;

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
async function exportOwnData(deps: Uses, userId: string): Promise<Record<string, unknown>> {
  const { sql } = deps;
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
    ...(await ownedThings(deps, userId)),
    ...(await addressedThings(deps, userId)),
    ...(await writtenThings(sql, userId)),
    acts: await sql`
      SELECT id, team_id, act, subject_id, detail, at FROM account_audit
      WHERE actor_kind = 'user' AND actor_id = ${userId} ORDER BY id`,
  };
}

async function ownedThings({ sql, sealing }: Uses, userId: string): Promise<Record<string, unknown>> {
  const own = sql`
    SELECT id FROM account_watch
    WHERE team_id = (SELECT id FROM account_team WHERE personal_of = ${userId})
       OR email IN (SELECT address FROM account_email WHERE user_id = ${userId})`;
  const channels = await sql<{ id: string; url: string }[]>`
    SELECT id, watch_id, kind, told, url, created_at, confirmed_at, ended_at
    FROM account_channel WHERE watch_id IN (${own})`;
  const opened = channels.map((channel) => ({
    ...channel,
    url: sealing.open(placeOf(channel.id, 'url'), channel.url),
  }));
  return {
    watches: await sql`
      SELECT id, kind, value, email, state, team_id, created_at, confirmed_at, stopped_at, proven_at
      FROM account_watch WHERE id IN (${own}) ORDER BY created_at`,
    rules: await sql`
      SELECT id, watch_id, rule, owner, created_at, expires_at, ended_at
      FROM account_rule WHERE watch_id IN (${own}) ORDER BY created_at`,
    channels: opened,
    feeds: await sql`SELECT watch_id, created_at FROM account_feed WHERE watch_id IN (${own})`,
    deliveries: await sql`
      SELECT channel_id, alert_id, kind, state, attempts, last_status, created_at, done_at FROM alert_delivery
      WHERE channel_id = ANY(${channels.map(({ id }) => id)}) ORDER BY created_at DESC LIMIT 10000`,
    matches: await sql`
      SELECT watch_id, log_id, entry_index, at FROM match_match WHERE watch_id IN (${own})
      ORDER BY at DESC LIMIT 10000`,
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

/** What knows them by an address alone. */
async function addressedThings({ sql, sealing }: Uses, userId: string): Promise<Record<string, unknown>> {
  const rows = await sql<{ address: string }[]>`SELECT address FROM account_email WHERE user_id = ${userId}`;
  const own = rows.map(({ address }) => address);
  const places = own.map((url) => placeKeyOf(sealing, 'mail', { url, secret: '' }));
  return {
    codes: await sql`
      SELECT email, created_at, expires_at, used_at FROM account_login_code WHERE email = ANY(${own})`,
    invitations: await sql`
      SELECT team_id, address, role, created_at, expires_at, ended_at FROM account_invitation
      WHERE address = ANY(${own}) OR invited_by = ${userId}`,
    departures: await sql`SELECT team_id, address, left_at FROM account_departed WHERE address = ANY(${own})`,
    secondAddresses: await sql`
      SELECT watch_id, told, created_at, confirmed_at, ended_at FROM account_channel
      WHERE kind = 'mail' AND place_key = ANY(${places})`,
    demoMails: await sql`
      SELECT recipient, subject, received_at FROM mail_mailbox WHERE recipient = ANY(${own})`,
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
