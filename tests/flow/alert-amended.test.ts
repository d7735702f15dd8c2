/**
 * What comes after an event was told: it amends the event instead of making another message. A burst while mail goes out at
 * once, and a certificate that is used after it was told of as unused.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { sayOfAlerts } from '#app/alert/answers.ts';
import { findHeldAlert, type Alert } from '#app/alert/store.ts';
import { toldOfEvent } from '#app/alert/told.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { addChannel } from '#app/watch/settings/channel-acts.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { sendDueMails } from '#tests/harness/due-mails.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

let database: TestDatabase;
let deps: Dependencies;
let email: string;
let watchId: string;
let entry = 0;
const sent: OutgoingMail[] = [];
const who = { by: 'jane', actor: { kind: 'mail' } } as const;

beforeAll(async () => {
  database = await freshDatabase();
  deps = webParts(database);
});
beforeEach(async () => {
  email = `${randomUUID()}@example.com`;
  watchId = await confirmedWatch(database, email, email);
  sent.length = 0;
});

/** One entry, of its own transaction, by a login provider that is new. */
async function signed(change: FactsChange = {}, logId = 'rekor2-0', subject?: string): Promise<void> {
  const index = String(++entry);
  const facts = signatureFacts({
    identity: email,
    logId,
    index,
    issuer: 'https://idp.example',
    firstForIssuer: true,
    ...change,
  });
  const alert = { watchId, email, facts, subject: subject ?? `signed ${index}` };
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, [alert]));
}

const mailsLeave = async () => void sent.push(...(await sendDueMails(database, email)));

const owed = () => database.sql`
  SELECT message FROM mail_outbox WHERE recipient = ${email} AND state = 'queued'`;

async function held(): Promise<Alert> {
  const [, id = '', token] = /\/alert\/([0-9a-f-]{36})\/mine\?token=([\w-]+)/.exec(sent[0]?.text ?? '') ?? [];
  const alert = await findHeldAlert(deps, id, token);
  if (alert === undefined) throw new Error(`no link in ${sent[0]?.text}`);
  return alert;
}

it('84 releases while mail goes out at once are one message in each way, and its page counts all of them', async () => {
  await database.sql.begin((transaction) =>
    addChannel(
      transaction,
      deps,
      { id: watchId, value: email, email },
      { kind: 'webhook', url: `https://hook.example/${email}` },
    ),
  );
  await signed();
  await mailsLeave();
  expect(sent).toHaveLength(1);
  for (let at = 1; at < 84; at++) await signed();
  await mailsLeave();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.text).toContain('no further message is sent of it');
  const waiting = await owed();
  expect(waiting).toHaveLength(0);
  const deliveries = await database.sql`
    SELECT delivery.id FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE channel.watch_id = ${watchId}`;
  expect(deliveries).toHaveLength(1);
  const told = await toldOfEvent(deps, await held(), 1);
  expect(told.total).toBe(84);
});

it.each([
  [
    'an hour later',
    (at: string) =>
      database.sql`UPDATE mail_outbox SET sent_at = sent_at - interval '61 minutes' WHERE recipient = ${at}`,
  ],
  [
    'after an answer',
    async () => {
      const { id, watches } = await held();
      await sayOfAlerts(deps, [id], { answer: 'mine', who, watches });
    },
  ],
] as const)('what joins an event %s is told of by a summary', async (_, meanwhile) => {
  await signed();
  await mailsLeave();
  await meanwhile(email);
  await signed();
  const waiting = await owed();
  expect(waiting).toHaveLength(1);
  expect(waiting[0]?.['message']).toHaveProperty('summary');
});

it('a certificate that is used after it was told of as unused stays one event, which says so', async () => {
  const certificate = {
    notBefore: '2026-11-23T12:00:00.000Z',
    notAfter: '2026-11-23T12:10:00.000Z',
    serial: '01',
  };
  await signed({ event: 'issuance', certificate }, 'ct', 'issued abcd');
  await mailsLeave();
  const use = { certificate, seenAt: '2026-11-23T12:14:00.000Z', firstForIssuer: false };
  await signed(use, 'rekor2-0', 'signed abcd 0123');
  await mailsLeave();
  expect(sent).toHaveLength(1);
  const rows = await database.sql<{ event_id: string; verdict: string; words: string }[]>`
    SELECT event_id, verdict, reasons->-1->>'words' AS words FROM alert_alert
    WHERE watch_id = ${watchId} ORDER BY created_at`;
  expect(new Set(rows.map(({ event_id: id }) => id)).size).toBe(1);
  expect(rows.map(({ verdict }) => verdict)).toEqual(['notable', 'notable']);
  expect(rows[0]?.words).toContain('It was used after 14 minutes: entry');
  const told = await toldOfEvent(deps, await held(), 1);
  expect(told.rows).toHaveLength(2);
});

it('an unexpected use of a certificate is told by itself, and the alert of the certificate says it was used', async () => {
  await signed({ event: 'issuance' }, 'ct', 'issued ef01');
  await mailsLeave();
  await signed({}, 'rekor2-0', 'signed ef01 0123');
  await mailsLeave();
  expect(sent).toHaveLength(2);
  const [issued] = await database.sql`
    SELECT verdict, reasons->-1->>'rule' AS rule FROM alert_alert WHERE watch_id = ${watchId} AND log_id = 'ct'`;
  expect(issued).toEqual({ verdict: 'notable', rule: 'certificate-used' });
});
