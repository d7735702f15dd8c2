/**
 * Once, after a day without an answer. It belongs to the thread of the first mail, which has the buttons: a second set of
 * secret links would be one more thing to steal.
 */
import { z } from 'zod';
import { asSpelled, factsSchema } from '#lib/rules/facts.ts';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
import type { Transaction } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { factRows } from './fact-rows.ts';
import { alertHeaders, footerBlock, settingsPath, watchFooter, type RenderedMail } from './footer.ts';
import { alertSubject } from './subject.ts';
import { whatHappened } from './what-happened.ts';

const row = z.object({
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
  facts: factsSchema,
  watch_id: z.string(),
  team_id: z.string().nullable(),
  value: z.string(),
  stop_token: z.string(),
  message_id: z.string().nullable(),
  count: z.int(),
});

/** Undefined when it was answered meanwhile. */
export async function reminder(
  webUrl: string,
  transaction: Transaction,
  { alertId }: { readonly alertId: string },
): Promise<RenderedMail | undefined> {
  const [found] = await transaction`
    SELECT alert.verdict, alert.reasons, alert.facts, watch.id AS watch_id, watch.team_id, watch.value, watch.stop_token, first.message_id, (
      SELECT count(DISTINCT same.subject)::int FROM alert_alert same WHERE same.event_id = alert.event_id) AS count
    FROM alert_alert alert
    JOIN account_watch watch ON watch.id = alert.watch_id AND watch.state = 'confirmed'
    LEFT JOIN mail_outbox first ON first.id = alert.mail_id
    WHERE alert.id = ${alertId}
      AND NOT EXISTS (SELECT 1 FROM account_heard_answer said WHERE said.alert_id = alert.id)`;
  if (found === undefined) return undefined;
  const { verdict, reasons, facts, count, ...rest } = row.parse(found);
  const footer = watchFooter(webUrl, [
    { value: asSpelled(facts, rest.value), stopToken: rest.stop_token, settings: settingsPath(rest) },
  ]);
  const event = { count, first: facts.seenAt, last: facts.seenAt };
  const letter = await renderLetter({
    preheader: 'Nobody has said whether this was you.',
    heading: 'Still without an answer',
    blocks: [
      { kind: 'paragraph', text: whatHappened(facts) },
      { kind: 'paragraph', text: `Why we ask: ${reasons.map(({ words }) => words).join(' ')}` },
      { kind: 'facts', rows: factRows(facts) },
      {
        kind: 'paragraph',
        text: 'The mail we sent first has two buttons: this was me, and this wasn’t me. We remind you once, and not again.',
      },
      { kind: 'link', label: 'Or answer it in your inbox', url: `${webUrl}/alerts/${alertId}` },
      footerBlock(footer, webUrl),
    ],
  });
  const thread =
    rest.message_id === null ? {} : { 'In-Reply-To': rest.message_id, References: rest.message_id };
  return {
    subject: `Reminder: ${alertSubject({ verdict, reasons, facts, event })}`,
    ...letter,
    headers: { ...alertHeaders(webUrl, footer.oneClick), ...thread },
  };
}
