/** What each kind of queued mail says, read and rendered when it leaves. */
import { z } from 'zod';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
import { asSpelled, factsSchema } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { joinBursts } from './bursts.ts';
import { digest } from './digest-letter.ts';
import { reminder } from './reminder-letter.ts';
import { settingsPath, watchFooter, type RenderedMail } from './footer.ts';
import { renderAlert } from './render.ts';
import { usualSpellings } from './spellings.ts';
import { renderSummary } from './render-summary.ts';
import { renderTest } from './test-letter.ts';

/** A mail that any process queued as it is to be read (lib/server/mail/outbox.ts). */
const writtenMail = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  /** The watch whose yes it asks for. */
  confirms: z.uuid().optional(),
});
/** An alert, rendered when it leaves: alerts are made in batches, in a transaction that must stay short. */
const held = z.object({ alertId: z.uuid(), token: z.string() });
/** `also`: the alerts of other watches of the address that are told in the same mail. */
const alertMail = held.extend({ also: z.array(held).default([]) });
const summaryMail = z.object({
  summary: z.object({ watchId: z.uuid(), from: z.iso.datetime(), until: z.iso.datetime() }),
});
const reminderMail = z.object({ reminder: z.object({ alertId: z.uuid() }) });
const digestMail = z.object({ digest: z.object({ email: z.string(), week: z.iso.date() }) });
const testMail = z.object({ test: z.object({ watchId: z.uuid() }) });
const storedMessage = z.union([testMail, alertMail, summaryMail, reminderMail, digestMail, writtenMail]);

/** Undefined when there is nothing left to tell. What is told is marked so in the same transaction. */
export async function renderQueued(
  webUrl: string,
  transaction: Transaction,
  { id, message: stored }: { readonly id: string; readonly message: unknown },
): Promise<RenderedMail | undefined> {
  const message = storedMessage.parse(stored);
  if ('alertId' in message) return alert(webUrl, transaction, id, message);
  if ('reminder' in message) return reminder(webUrl, transaction, message.reminder);
  if ('test' in message) return test(webUrl, transaction, message.test.watchId);
  if ('digest' in message) return digest(webUrl, transaction, message.digest);
  if ('summary' in message) return summary(webUrl, transaction, id, message.summary);
  const { confirms, ...written } = message;
  return confirms === undefined || (await isWaited(transaction, confirms)) ? written : undefined;
}

/** A yes may have been given by another mail's link, and a request taken back, before this one was due. */
async function isWaited(transaction: Transaction, watchId: string): Promise<boolean> {
  const rows = await transaction`
    SELECT 1 FROM account_watch WHERE id = ${watchId} AND state = 'pending' AND expires_at > now()`;
  return rows.length > 0;
}

const summaryRow = z.object({
  verdict: z.enum(verdicts),
  count: z.int(),
  first: z.date().transform((at) => at.toISOString()),
  last: z.date().transform((at) => at.toISOString()),
});

const reasonRow = z.object({ rule: z.string(), count: z.int() });

async function summary(
  webUrl: string,
  transaction: Transaction,
  mailId: string,
  { watchId, from, until }: z.infer<typeof summaryMail>['summary'],
): Promise<RenderedMail | undefined> {
  const untold = await transaction`
    UPDATE alert_alert SET told_at = now()
    WHERE (watch_id = ${watchId} OR mail_id = ${mailId}) AND created_at < ${until} AND told_at IS NULL
      AND mail_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM mail_outbox own
        WHERE own.id = alert_alert.mail_id AND own.id <> ${mailId} AND own.state = 'queued')
    RETURNING id`;
  if (untold.length === 0) return undefined;
  const [watch] =
    await transaction`SELECT id AS watch_id, team_id, value, stop_token FROM account_watch WHERE id = ${watchId}`;
  const {
    value: identity,
    stop_token: stopToken,
    ...own
  } = z
    .object({
      watch_id: z.string(),
      team_id: z.string().nullable(),
      value: z.string(),
      stop_token: z.string(),
    })
    .parse(watch);
  const rows = await transaction`
    SELECT verdict, count(*)::int AS count, min(created_at) AS first, max(created_at) AS last FROM alert_alert
    WHERE watch_id = ${watchId} AND created_at >= ${from} AND created_at < ${until}
    GROUP BY verdict ORDER BY verdict`;
  const why = await transaction`
    SELECT reason->>'rule' AS rule, count(*)::int AS count
    FROM alert_alert CROSS JOIN LATERAL jsonb_array_elements(reasons) AS reason
    WHERE watch_id = ${watchId} AND created_at >= ${from} AND created_at < ${until}
    GROUP BY 1 ORDER BY 2 DESC, 1`;
  const counts = z.array(summaryRow).parse(rows);
  const reasons = z.array(reasonRow).parse(why);
  const spelt = await usualSpellings(transaction, [identity]);
  return renderSummary({
    identity: spelt(identity),
    from,
    until,
    counts,
    reasons,
    stopToken,
    settings: settingsPath(own),
    webUrl,
  });
}

const testRow = z.object({
  value: z.string(),
  email: z.string(),
  stop_token: z.string(),
  channels: z.array(z.object({ kind: z.string(), told: z.string(), confirmed: z.boolean() })),
});

async function test(
  webUrl: string,
  transaction: Transaction,
  watchId: string,
): Promise<RenderedMail | undefined> {
  const [row] = await transaction`
    SELECT value, email, stop_token,
      (SELECT coalesce(json_agg(json_build_object('kind', kind, 'told', told, 'confirmed', confirmed_at IS NOT NULL)
         ORDER BY created_at), '[]') FROM account_channel WHERE watch_id = watch.id AND ended_at IS NULL) AS channels
    FROM account_watch watch WHERE id = ${watchId} AND state = 'confirmed'`;
  if (row === undefined) return undefined;
  const { value: watched, email, stop_token: stopToken, channels } = testRow.parse(row);
  const ways = channels.map(({ kind, told, confirmed }) => {
    const when = told === 'second' ? 'when nobody answers for an hour' : 'at once';
    return confirmed ? `${kind}, ${when}` : `${kind}: not yet, its reader has not confirmed`;
  });
  const stop = `${webUrl}/watch/stop?token=${stopToken}`;
  return renderTest({ watched, ways: [`mail to ${email}, at once`, ...ways], stop, webUrl });
}

const alertRow = z.object({
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
  facts: factsSchema,
});
const eventRow = z.object({
  count: z.int(),
  first: z.date().transform((at) => at.toISOString()),
  last: z.date().transform((at) => at.toISOString()),
});
const mailedRow = z.object({
  watch_id: z.string(),
  team_id: z.string().nullable(),
  kind: z.string(),
  value: z.string(),
  stop_token: z.string(),
  alert_id: z.string(),
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
});

async function alert(
  webUrl: string,
  transaction: Transaction,
  mailId: string,
  { alertId, token, also }: z.infer<typeof alertMail>,
): Promise<RenderedMail> {
  const [row] = await transaction`SELECT verdict, reasons, facts FROM alert_alert WHERE id = ${alertId}`;
  const told = alertRow.parse(row);
  // What was on its way when the burst began has left by now.
  await joinBursts(transaction, [{ id: alertId, ...told }]);
  await transaction`
    UPDATE alert_alert SET told_at = now() WHERE (mail_id = ${mailId} OR id = ${alertId}) AND told_at IS NULL`;
  const [event] = await transaction`
    SELECT count(DISTINCT coalesce(nullif(part.subject, ''), part.id::text))::int AS count,
      min(part.happened_at) AS first, max(part.happened_at) AS last
    FROM alert_alert alert JOIN account_watch own ON own.id = alert.watch_id
    JOIN alert_alert part ON part.event_id = alert.event_id
    JOIN account_watch watch ON watch.id = part.watch_id AND watch.email = own.email
      AND watch.team_id IS NOT DISTINCT FROM own.team_id
    WHERE alert.id = ${alertId}`;
  const watches = z
    .array(mailedRow)
    .parse([...(await transaction.unsafe(namedSql('alert-mailed'), [alertId]))])
    .map((watch) => ({
      ...watch,
      stopToken: watch.stop_token,
      token: also.find((other) => other.alertId === watch.alert_id)?.token,
      alertId: watch.alert_id,
    }));
  const shown = watches.map((watch) => ({
    ...watch,
    value: asSpelled(told.facts, watch.value),
    settings: settingsPath(watch, { alertId, token }),
  }));
  return renderAlert({
    alertId,
    token,
    footer: watchFooter(webUrl, shown),
    webUrl,
    watches: shown,
    ...told,
    event: eventRow.parse(event),
  });
}
