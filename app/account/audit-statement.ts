/** An act of the record as it is signed into a log: what anybody who was told of it can hash and look for there. */

export interface AuditRow {
  readonly id: bigint;
  readonly team_id: string | null;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly act: string;
  readonly subject_id: string;
  readonly detail: Record<string, unknown>;
  readonly at: Date;
}

/** One act as the line that is signed: fields in this order, no space. */
export function auditStatement(row: AuditRow): string {
  return JSON.stringify({
    id: String(row.id),
    team: row.team_id,
    actorKind: row.actor_kind,
    actor: row.actor_id,
    act: row.act,
    subject: row.subject_id,
    detail: Object.fromEntries(Object.entries(row.detail).sort(([a], [b]) => (a < b ? -1 : 1))),
    at: row.at.toISOString(),
  });
}
