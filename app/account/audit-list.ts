/** The record of a team, newest first, with names as far as their people still have an account. */
import type { Dependencies } from '../dependencies.ts';
import { auditStatement, type AuditRow } from './audit-statement.ts';
import { withKey } from './shown-name.ts';
import { actSentence, type ActSentence } from './act-sentence.ts';

export interface ShownAct {
  readonly id: string;
  readonly at: Date;
  readonly who: string;
  readonly act: string;
  readonly what: string;
  /** The same with the name of what it was done to apart: that is a stranger's words. */
  readonly said: ActSentence;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Where it stands in our own log, for what is signed into it. */
  readonly entry: { readonly logUrl: string; readonly index: number } | undefined;
  /** The line whose digest is in that entry. */
  readonly statement: string | undefined;
}

interface Row extends AuditRow {
  readonly person: string | null;
  readonly key_name: string | null;
  /** The name of what it was done to, while that is kept. */
  readonly of: string | null;
  readonly log_url: string | null;
  readonly entry_index: bigint | null;
}

export const actsAPage = 100;

/** `before`: the id of the last one of the page before. */
export async function listActs(
  { sql }: Pick<Dependencies, 'sql'>,
  teamId: string,
  before?: string,
): Promise<ShownAct[]> {
  const rows = await sql<Row[]>`
    SELECT audit.*, entry.log_url, entry.entry_index,
      coalesce(nullif(person.name, ''),
        (SELECT address FROM account_email WHERE user_id = person.id ORDER BY confirmed_at LIMIT 1),
        (SELECT shown FROM account_login WHERE user_id = person.id ORDER BY created_at LIMIT 1)) AS person,
      key.name AS key_name,
      CASE split_part(audit.act, '.', 1)
        WHEN 'member' THEN coalesce(
          (SELECT address FROM account_invitation WHERE id = audit.subject),
          (SELECT coalesce(nullif(name, ''), (SELECT min(address) FROM account_email WHERE user_id = account_user.id))
           FROM account_user WHERE id = audit.subject))
        WHEN 'invitation' THEN (SELECT address FROM account_invitation WHERE id = audit.subject)
        WHEN 'key' THEN (SELECT name FROM account_api_key WHERE id = audit.subject)
        WHEN 'watch' THEN (SELECT shown FROM account_watch WHERE id = audit.subject)
        WHEN 'rule' THEN (SELECT shown FROM account_watch WHERE id = audit.subject)
        WHEN 'channel' THEN (SELECT shown FROM account_watch WHERE id = audit.subject)
        WHEN 'freeze' THEN (SELECT value FROM account_freeze WHERE id = audit.subject)
        WHEN 'intent' THEN (SELECT source FROM account_intent WHERE id = audit.subject)
        WHEN 'ownership' THEN (SELECT value FROM account_ownership WHERE id = audit.subject)
        WHEN 'search' THEN (SELECT value FROM account_ownership WHERE id = audit.subject)
        ELSE (SELECT watch.shown FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
          WHERE split_part(audit.act, '.', 1) IN ('alert', 'answer') AND alert.id = audit.subject)
      END AS of
    FROM (SELECT *, CASE WHEN subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN subject_id::uuid END AS subject
      FROM account_audit) audit
    LEFT JOIN account_api_key key ON audit.actor_kind = 'key' AND key.id = audit.actor_id
    LEFT JOIN account_user person ON person.id = CASE audit.actor_kind WHEN 'user' THEN audit.actor_id ELSE key.user_id END
    LEFT JOIN account_audit_entry entry ON entry.audit_id = audit.id
    WHERE audit.team_id = ${teamId} AND audit.id < ${before ?? '9223372036854775807'}
    ORDER BY audit.id DESC LIMIT ${actsAPage}`;
  return rows
    .map((row) => ({ row, said: actSentence(row.act, row.detail, row.of) }))
    .map(({ row, said }) => ({
      id: String(row.id),
      at: row.at,
      who: who(row),
      act: row.act,
      what: said.filter((part) => part !== undefined).join(''),
      said,
      detail: row.detail,
      entry:
        row.log_url === null || row.entry_index === null
          ? undefined
          : { logUrl: row.log_url, index: Number(row.entry_index) },
      statement: row.entry_index === null ? undefined : auditStatement(row),
    }));
}

function who({ actor_kind: kind, person, key_name: key }: Row): string {
  const shown = person ?? 'Somebody whose account is gone';
  switch (kind) {
    case 'user':
      return shown;
    case 'key':
      // Keys go with their person.
      return key === null ? 'Somebody whose account is gone (with a key)' : withKey(shown, key);
    case 'mail':
      return 'Whoever held the mailed link';
    default:
      return 'Sigwatch';
  }
}
