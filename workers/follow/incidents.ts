/**
 * What a log must never do, kept as evidence: the statements it signed, in a row that is never overwritten. From then on
 * the log is not verified further until a person resolves the incident, and everyone who watches anything is told.
 */
import { deterministicId } from '#lib/server/deterministic-id.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { outboxChannel, type MailKind } from '#lib/server/mail/outbox.ts';
import { queueNews } from '../alert/news.ts';
import type { FollowedLog } from './followed-log.ts';

export type IncidentKind = 'fork' | 'rollback' | 'wrong-bytes' | 'bad-signature' | 'key-change';

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

const meaning: Readonly<Record<IncidentKind, string>> = {
  fork: 'The log signed two statements that cannot both be true. It shows different contents to different readers, or has changed its past.',
  rollback:
    'The log went back to an earlier state than the one it had signed before. Entries may have been taken out.',
  'wrong-bytes': 'The log serves entries that are not the ones it signed.',
  'bad-signature': 'The log’s newest statement does not carry a valid signature of its key.',
  'key-change': 'The log is signed with another key than the one we know, and nobody announced that.',
};

/** What of it is certain: only a log that signed both statements contradicts itself. */
const headings: Readonly<Record<IncidentKind, (name: string) => string>> = {
  fork: (name) => `The log ${name} contradicts itself`,
  rollback: (name) => `The log ${name} went back behind what it had signed`,
  'wrong-bytes': (name) => `The log ${name} serves entries that it did not sign`,
  'bad-signature': (name) => `The log ${name} serves a statement without a valid signature`,
  'key-change': (name) => `The log ${name} is signed with another key`,
};

export async function openIncident(
  sql: Sql,
  log: FollowedLog,
  incident: Incident,
  webUrl: string,
): Promise<void> {
  const letter = await incidentLetter(log, incident, webUrl);
  await sql.begin(async (transaction) => {
    // The row lock makes one of two workers that saw the same thing come second.
    const [row] = await transaction`SELECT state FROM monitor_log WHERE id = ${log.id} FOR UPDATE`;
    if (row === undefined || row['state'] === 'misbehaving') return;
    const [opened] = await transaction<{ id: string; opened_at: Date }[]>`
      INSERT INTO monitor_incident (log_id, kind, detail, before, after, evidence)
      VALUES (${log.id}, ${incident.kind}, ${incident.detail}, ${incident.before ?? null}, ${incident.after ?? null},
              ${incident.evidence ?? null})
      RETURNING id, opened_at`;
    await transaction`
      UPDATE monitor_log
      SET state = 'misbehaving', state_reason = ${incident.detail}, consistent_since = NULL, polled_at = now()
      WHERE id = ${log.id}`;
    if (opened === undefined) return;
    await tellEveryone(transaction, opened.id, letter);
    await queueNews(transaction, {
      type: 'log.incident',
      key: `incident ${opened.id}`,
      log: log.id,
      title: letter.subject,
      text: `${meaning[incident.kind]} ${incident.detail} We have stopped verifying this log.`,
      since: opened.opened_at.toISOString(),
      url: `${webUrl}/logs#${opened.id}`,
    });
  });
}

/** True while an incident of this log waits for a person. */
export async function hasOpenIncident(sql: Sql, logId: string): Promise<boolean> {
  const [open] = await sql`
    SELECT 1 FROM monitor_incident WHERE log_id = ${logId} AND resolved_at IS NULL LIMIT 1`;
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
  webUrl: string,
): Promise<Notice> {
  const heading = headings[incident.kind](log.name);
  const letter = await renderLetter({
    preheader: meaning[incident.kind],
    heading,
    blocks: [
      { kind: 'paragraph', text: meaning[incident.kind] },
      { kind: 'paragraph', text: incident.detail },
      {
        kind: 'paragraph',
        text: 'We have stopped verifying this log. Until this is resolved we cannot tell you what is signed in it. What we verified before stays as it was.',
      },
      {
        kind: 'link',
        // There is a file that convicts the log only where its own key signed what does not go together.
        label: incident.evidence === undefined ? 'See what the log served' : 'See the evidence',
        url: `${webUrl}/logs`,
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
