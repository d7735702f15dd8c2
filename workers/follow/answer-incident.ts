/** `sigwatch log incidents` and `log resolve`: what a followed log did, and that a person has looked at it. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Sql } from '#lib/server/database.ts';

interface Incident {
  readonly id: string;
  readonly log_id: string;
  readonly kind: string;
  readonly detail: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly opened_at: Date;
  readonly resolved_at: Date | null;
  readonly resolution: string | null;
}

/** Thrown with one sentence for the person who asked. */
export class NoOpenIncident extends Error {
  override readonly name = 'NoOpenIncident';
}

export async function listIncidents(sql: Sql, all: boolean): Promise<string> {
  const incidents = await sql<Incident[]>`
    SELECT id, log_id, kind, detail, before, after, opened_at, resolved_at, resolution FROM monitor_incident
    WHERE ${all} OR resolved_at IS NULL ORDER BY opened_at`;
  return incidents.length === 0 ? 'No incidents.\n' : incidents.map(inWords).join('\n');
}

/** Verification goes on from where it stood; the evidence stays. */
export async function resolveIncident(sql: Sql, id: string, why: string): Promise<string> {
  const [resolved] = await sql<{ log_id: string }[]>`
    UPDATE monitor_incident SET resolved_at = now(), resolution = ${why}
    WHERE id::text = ${id.toLowerCase()} AND resolved_at IS NULL RETURNING log_id`;
  if (resolved === undefined)
    throw new NoOpenIncident(`${visibleText(id)} is no open incident: see sigwatch log incidents.`);
  return `Resolved; ${visibleText(resolved.log_id)} is followed again from where verification stood.\n`;
}

function inWords(incident: Incident): string {
  const { id, kind, detail, before, after } = incident;
  const over = incident.resolved_at === null ? '' : `, resolved ${incident.resolved_at.toISOString()}`;
  const why = incident.resolution === null ? '' : `  why: ${visibleText(incident.resolution)}\n`;
  return (
    `${id}  ${visibleText(incident.log_id)}  ${kind}  ${incident.opened_at.toISOString()}${over}\n` +
    `  ${visibleText(detail)}\n${why}${statement('signed first', before)}${statement('signed then', after)}`
  );
}

function statement(title: string, text: string | null): string {
  if (text === null) return '';
  const lines = text.trimEnd().split('\n');
  return `  ${title}:\n${lines.map((line) => `    ${visibleText(line, 1000)}\n`).join('')}`;
}
