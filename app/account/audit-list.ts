/** The record of a team, newest first, with names as far as their people still have an account. */
import type { Dependencies } from '../dependencies.ts';
import { auditStatement, type AuditRow } from './audit-statement.ts';
import { acts, type Act } from './audit.ts';

export interface ShownAct {
  readonly id: string;
  readonly at: Date;
  readonly who: string;
  readonly act: string;
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Where it stands in our own log, for what is signed into it. */
  readonly entry: { readonly logUrl: string; readonly index: number } | undefined;
  /** The line whose digest is in that entry. */
  readonly statement: string | undefined;
}

interface Row extends AuditRow {
  readonly person: string | null;
  readonly key_name: string | null;
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
      key.name AS key_name
    FROM account_audit audit
    LEFT JOIN account_user person ON audit.actor_kind = 'user' AND person.id = audit.actor_id
    LEFT JOIN account_api_key key ON audit.actor_kind = 'key' AND key.id = audit.actor_id
    LEFT JOIN account_audit_entry entry ON entry.audit_id = audit.id
    WHERE audit.team_id = ${teamId} AND audit.id < ${before ?? '9223372036854775807'}
    ORDER BY audit.id DESC LIMIT ${actsAPage}`;
  return rows.map((row) => ({
    id: String(row.id),
    at: row.at,
    who: who(row),
    act: row.act,
    what: row.act in acts ? acts[row.act as Act] : row.act,
    detail: row.detail,
    entry:
      row.log_url === null || row.entry_index === null
        ? undefined
        : { logUrl: row.log_url, index: Number(row.entry_index) },
    statement: row.entry_index === null ? undefined : auditStatement(row),
  }));
}

function who({ actor_kind: kind, person, key_name: key }: Row): string {
  switch (kind) {
    case 'user':
      return person ?? 'Somebody whose account is gone';
    case 'key':
      return `Key ${key ?? 'that is gone'}`;
    case 'mail':
      return 'Whoever held the mailed link';
    default:
      return 'Sigwatch';
  }
}
