/** A person with everything a person may have here: teams, watches, alerts, channels, proofs, keys, and hostile names in all. */
import { createHash, randomUUID } from 'node:crypto';
import { makeApiKey } from '#app/account/api-key.ts';
import type { Sql } from '#lib/server/database.ts';
import { newWebhookKey, newWebhookSecret } from '#lib/server/webhook-signature.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { hostile, jane } from './ledger-data.ts';
import type { Person } from './person.ts';

export interface OwnerData {
  readonly teamId: string;
  readonly watchId: string;
  readonly alertId: string;
  readonly proofId: string;
  readonly mailId: string;
  /** Where a second address is confirmed. */
  readonly secondPath: string;
  readonly tokens: {
    readonly alert: string;
    readonly confirm: string;
    readonly stop: string;
    readonly join: string;
  };
}

const tokens = { alert: 'a'.repeat(43), confirm: 'c'.repeat(43), stop: 's'.repeat(43), join: 'j'.repeat(43) };
const hash = (token: string) => createHash('sha256').update(token).digest();

/** `owner` is signed in as jane. */
export async function seedOwner(sql: Sql, owner: Person, now: Date): Promise<OwnerData> {
  const [row] = await sql<{ id: string; own: string }[]>`
    SELECT email.user_id AS id, team.id AS own FROM account_email email
    JOIN account_team team ON team.personal_of = email.user_id WHERE email.address = ${jane}`;
  const { id: userId = '', own = '' } = row ?? {};
  const path = await owner.pressed('/team', { act: 'make', name: `Release ${hostile.bidi}`.slice(0, 60) });
  const teamId = path.split('/').at(-1) ?? '';
  const ids = { userId, own, teamId };
  await seedTeam(sql, ids);
  const watchId = await seedWatches(sql, ids);
  const alertId = await seedAlerts(sql, watchId, now);
  await seedChannels(sql, watchId, alertId, now);
  const secondPath = await askSecond(sql, owner, watchId);
  return { teamId, watchId, alertId, secondPath, ...(await seedRest(sql, ids)), tokens };
}

interface Ids {
  readonly userId: string;
  readonly own: string;
  readonly teamId: string;
}

async function seedTeam(sql: Sql, { userId, teamId }: Ids): Promise<void> {
  const other = randomUUID();
  await sql`INSERT INTO account_user (id, name) VALUES (${other}, ${hostile.markup})`;
  await sql`INSERT INTO account_email (address, user_id) VALUES ('sam@example.com', ${other})`;
  await sql`INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${other}, 'responder')`;
  await sql`
    INSERT INTO account_invitation (id, team_id, address, role, token_hash, invited_by, expires_at)
    VALUES (${randomUUID()}, ${teamId}, ${jane}, 'viewer', ${hash(tokens.join)}, ${userId}, now() + interval '7 days')`;
  const key = {
    teamId,
    userId,
    name: hostile.markup,
    scopes: ['alerts:read', 'intents:write'] as const,
    days: 30,
  };
  await makeApiKey({ sql }, key, { kind: 'user', id: userId });
  await sql`
    INSERT INTO account_passkey (credential_id, user_id, public_key, counter, transports, name)
    VALUES ('one', ${userId}, '\\x00', 1, '{usb}', ${hostile.bidi})`;
  await sql`
    INSERT INTO account_login (issuer, subject, user_id, provider, shown)
    VALUES ('https://accounts.google.com', '1', ${userId}, 'google', ${hostile.markup})`;
  await sql`
    INSERT INTO account_session (id, user_id, token_hash, method, agent, expires_at)
    VALUES (${randomUUID()}, ${userId}, ${hash('other')}, 'passkey', ${hostile.long}, now() + interval '1 day')`;
}

async function seedWatches(sql: Sql, { own, teamId }: Ids): Promise<string> {
  const watch = async (kind: string, value: string, team: string, state = 'confirmed') => {
    const id = randomUUID();
    const isPending = state === 'pending';
    await sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at, team_id)
      VALUES (${id}, ${kind}, ${value}, ${value}, ${jane}, ${jane}, ${state},
        ${isPending ? hash(tokens.confirm) : hash(id)}, ${isPending ? tokens.stop : `stop-${id}`},
        now() + interval '1 day', ${isPending ? null : new Date()}, ${team})`;
    return id;
  };
  const watchId = await watch('email', jane, own);
  await watch('repository', 'github.com/acme/app', teamId);
  await watch('repository', hostile.rightToLeft, teamId);
  await watch('uri', hostile.long, teamId);
  await watch('email', 'later@example.com', own, 'pending');
  await sql`
    INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
    VALUES (${randomUUID()}, ${watchId}, ${sql.json({
      issuer: 'https://token.actions.githubusercontent.com',
      source: 'github.com/acme/app',
      workflow: 'https://github.com/acme/app/.github/workflows/release.yml',
      ref: 'refs/tags/v*',
      triggers: ['push'],
    })}, ${jane}, now() + interval '90 days')`;
  return watchId;
}

async function seedAlerts(sql: Sql, watchId: string, now: Date): Promise<string> {
  const facts = (index: number, change: FactsChange = {}) =>
    signatureFacts({
      identity: jane,
      logId: 'rekor',
      logName: 'rekor',
      index: String(index),
      seenAt: new Date(now.getTime() - (206 - index) * 7_000_000).toISOString(),
      issuer: 'https://github.com/login/oauth',
      digest: createHash('sha256').update(String(index)).digest('hex'),
      digestAlgorithm: 'SHA2_256',
      firstForIssuer: true,
      firstForSource: true,
      ...change,
    });
  const tricky = {
    sourceRepositoryRef: hostile.bidi,
    buildTrigger: hostile.markup,
    buildConfigUri: hostile.long,
  };
  const many = [
    facts(200, { source: 'github.com/acme-evil/app' }),
    facts(201, { issuer: hostile.script, claims: tricky, source: 'github.com/acme/app' }),
    facts(202, { trust: 'untrusted', issuer: null }),
    facts(203, { firstForIssuer: false, firstForSource: false, issuer: 'https://accounts.google.com' }),
    facts(204, { source: 'github.com/acme/other' }),
    facts(205, { firstForIdentity: true }),
  ];
  await sql.begin((transaction) =>
    insertAlertsWithMail(
      transaction,
      many.map((one) => ({ watchId, email: jane, facts: one })),
    ),
  );
  const [first] = await sql<{ id: string }[]>`SELECT id FROM alert_alert WHERE entry_index = 201`;
  const alertId = first?.id ?? '';
  await sql`UPDATE alert_alert SET token_hash = ${hash(tokens.alert)} WHERE id = ${alertId}`;
  await sql`
    INSERT INTO account_answer (alert_id, answer, by, via, reason)
    SELECT id, 'mine', 'jane@example.com', 'account', ${hostile.markup} FROM alert_alert WHERE entry_index = 204`;
  return alertId;
}

async function seedChannels(sql: Sql, watchId: string, alertId: string, now: Date): Promise<void> {
  const id = randomUUID();
  await sql`
    INSERT INTO account_channel (id, watch_id, kind, url, secret, private_key)
    VALUES (${id}, ${watchId}, 'webhook', 'https://hooks.example.com/sigwatch/4f1c', ${newWebhookSecret()}, ${newWebhookKey()})`;
  const deliver = async (minutes: number, state: string, status: number | null, error: string | null) => {
    const at = new Date(now.getTime() - minutes * 60_000);
    await sql`
      INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, state, attempts, last_status, last_error, created_at)
      VALUES (${randomUUID()}, ${id}, ${alertId}, 'alert', ${`msg_${minutes}`}, ${state}, 2, ${status}, ${error}, ${at})`;
  };
  await deliver(3, 'queued', 503, `answered 503 ${hostile.markup}`);
  await deliver(90, 'sent', 204, null);
  await deliver(4000, 'failed', null, 'no answer within 15 seconds');
}

async function askSecond(sql: Sql, owner: Person, watchId: string): Promise<string> {
  const settings = `/watch/settings?watch=${watchId}`;
  await owner.pressed(settings, { act: 'renew-feed' });
  const channel = {
    act: 'add-channel',
    kind: 'mail',
    url: 'second@example.com',
    routingKey: '',
    told: 'second',
  };
  await owner.pressed(settings, channel);
  const [mail] = await sql<{ text: string }[]>`
    SELECT message->>'text' AS text FROM mail_outbox WHERE recipient = 'second@example.com'`;
  return /(\/watch\/second\?\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

async function seedRest(
  sql: Sql,
  { userId, own, teamId }: Ids,
): Promise<{ proofId: string; mailId: string }> {
  const proofId = randomUUID();
  const mailId = randomUUID();
  const proof = async (id: string, kind: string, value: string, method: string | null) =>
    sql`
      INSERT INTO account_ownership (id, team_id, kind, value, challenge, asked_by, method, proven_at)
      VALUES (${id}, ${own}, ${kind}, ${value}, ${createHash('sha256').update(id).digest('base64url')}, ${userId},
        ${method}, ${method === null ? null : new Date()})`;
  await proof(proofId, 'domain', 'example.com', null);
  await proof(randomUUID(), 'email', jane, 'code');
  await proof(randomUUID(), 'repository', hostile.rightToLeft, null);
  await sql`
    INSERT INTO account_intent (id, team_id, source, digest, made_by, until)
    VALUES (${randomUUID()}, ${teamId}, 'github.com/acme/app', ${hash('x')}, ${jane}, now() + interval '2 hours')`;
  await sql`
    INSERT INTO account_intent (id, team_id, source, wanted, ref, made_by, created_at, until)
    VALUES (${randomUUID()}, ${teamId}, ${hostile.rightToLeft}, 3, ${hostile.bidi}, ${jane}, now() - interval '9 hours',
      now() - interval '2 hours')`;
  await sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by, reason)
    VALUES (${randomUUID()}, ${teamId}, 'email', ${jane}, ${jane}, ${hostile.markup})`;
  await sql`
    INSERT INTO account_view (id, team_id, name, query) VALUES (${randomUUID()}, ${own}, ${hostile.bidi}, 'verdict=unexpected')`;
  await sql`
    INSERT INTO mail_mailbox (id, message_id, recipient, subject, text, html, headers)
    VALUES (${mailId}, '<1@x>', ${jane}, ${`Unexpected ${hostile.bidi}`}, 'Text', '<p>Mail</p>', '{}')`;
  return { proofId, mailId };
}
