/**
 * What a log must never do, kept as evidence: the statements it signed, in a row that is never overwritten. From then on
 * the log is not verified further until a person resolves the incident, and everyone who watches anything is told.
 */
import { randomUUID } from 'node:crypto';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { outboxChannel, type MailKind } from '#lib/server/mail/outbox.ts';
import { incidentHeading, incidentMeaning, type IncidentKind } from '#lib/source/incident-words.ts';
import { queueNews } from '../alert/news.ts';
import type { FollowedLog } from './followed-log.ts';

export interface Incident {
  readonly kind: IncidentKind;
  /** One sentence for a person. */
  readonly detail: string;
  /** What was verified before, and what does not go with it: both as the log signed them. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** As evidence.ts writes it. */
  readonly evidence?: string | undefined;
}

export async function openIncident(
  sql: Sql,
  log: FollowedLog,
  incident: Incident,
  webUrl: string,
): Promise<void> {
  const id = randomUUID();
  const url = `${webUrl}/logs#${id}`;
  const letter = await incidentLetter(log, incident, url);
  await sql.begin(async (transaction) => {
    // The row lock makes one of two workers that saw the same thing come second.
    const [row] = await transaction`SELECT state FROM monitor_log WHERE id = ${log.id} FOR UPDATE`;
    if (row === undefined || row['state'] === 'misbehaving') return;
    const [opened] = await transaction<{ opened_at: Date }[]>`
      INSERT INTO monitor_incident (id, log_id, kind, detail, before, after, evidence)
      VALUES (${id}, ${log.id}, ${incident.kind}, ${incident.detail}, ${incident.before ?? null}, ${incident.after ?? null},
              ${incident.evidence ?? null})
      RETURNING opened_at`;
    await transaction`
      UPDATE monitor_log
      SET state = 'misbehaving', state_reason = ${incident.detail}, consistent_since = NULL, polled_at = now()
      WHERE id = ${log.id}`;
    if (opened === undefined) return;
    await tellEveryone(transaction, id, letter);
    await queueNews(transaction, {
      type: 'log.incident',
      key: `incident ${id}`,
      log: log.id,
      title: letter.subject,
      text: `${incidentMeaning(incident.kind)} ${incident.detail} We have stopped verifying this log.`,
      since: opened.opened_at.toISOString(),
      url,
    });
  });
}

/** True while an incident of this log waits for a person; a freeze ends by itself. */
export async function hasOpenIncident(sql: Sql, logId: string): Promise<boolean> {
  const [open] = await sql`
    SELECT 1 FROM monitor_incident
    WHERE log_id = ${logId} AND kind <> ${'freeze' satisfies IncidentKind} AND resolved_at IS NULL LIMIT 1`;
  return open !== undefined;
}

interface Notice {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export async function incidentLetter(
  log: Pick<FollowedLog, 'name'>,
  incident: Incident,
  url: string,
): Promise<Notice> {
  const heading = incidentHeading(incident.kind, log.name);
  const meaning = incidentMeaning(incident.kind);
  const letter = await renderLetter({
    preheader: meaning,
    heading,
    blocks: [
      { kind: 'paragraph', text: meaning },
      { kind: 'paragraph', text: incident.detail },
      {
        kind: 'paragraph',
        text: 'We have stopped verifying this log. Until this is resolved we cannot tell you what is signed in it. What we verified before stays as it was.',
      },
      {
        kind: 'link',
        label: incident.evidence === undefined ? 'See what the log served' : 'See the evidence',
        url,
      },
      { kind: 'small', text: 'You get this mail since you watch a name in the logs we follow.' },
    ],
  });
  return { subject: heading, ...letter };
}

/** Proof that a log lies concerns whoever relies on it: everyone with a confirmed watch, once. */
async function tellEveryone(transaction: Transaction, incidentId: string, notice: Notice): Promise<void> {
  const watchers = await transaction<{ email: string }[]>`
    SELECT DISTINCT email FROM account_watch WHERE state = 'confirmed'`;
  const ids = watchers.map(({ email }) => deterministicId('incident-mail', incidentId, email));
  await transaction`
    INSERT INTO mail_outbox (id, kind, recipient, message_id, message)
    SELECT id, ${'notice' satisfies MailKind}, recipient, '<' || id || '@sigwatch>', ${transaction.json({ ...notice })}
    FROM unnest(${ids}::uuid[], ${watchers.map(({ email }) => email)}::text[]) AS due (id, recipient)
    ON CONFLICT (id) DO NOTHING`;
  await transaction`SELECT pg_notify(${outboxChannel}, id) FROM unnest(${ids}::text[]) AS due (id)`;
}
