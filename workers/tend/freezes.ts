/**
 * A log that stays frozen, kept beside the other incidents with what it showed and when, before anybody is mailed of it. It is no
 * breach that anybody could prove: it ends by itself when the log shows something new, and the log is followed all along.
 */
import type { Transaction } from '#lib/server/database.ts';
import { writeFreeze } from '#lib/source/freeze-document.ts';
import type { IncidentKind } from '#lib/source/incident-words.ts';
import type { Dialect } from '#lib/source/source-of.ts';

const kind = 'freeze' satisfies IncidentKind;
const rewriteEveryMs = 60_000;
/** One that was away shows its old statement first. */
const keptAfterMs = 10_000;

interface Frozen {
  readonly id: string;
  readonly dialect: Dialect;
  readonly name: string;
  readonly url: string;
  readonly origin: string;
  readonly public_key: Buffer;
  readonly reason: string;
  readonly checkpoint: string;
  readonly at: Date;
  readonly polled_at: Date;
  readonly seen_by: string | null;
  readonly seen: string | null;
  readonly incident: string | null;
  readonly evidence: string | null;
  readonly written_at: Date | null;
}

/** In the transaction that tells of them, which one worker at a time is in. */
export async function keepFreezes(transaction: Transaction, now: Date): Promise<void> {
  for (const frozen of await stillFrozen(transaction, now)) await keep(transaction, frozen, now);
  await transaction`
    UPDATE monitor_incident SET resolved_at = ${now}, resolution = 'It is no longer frozen.'
    WHERE kind = ${kind} AND resolved_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM alert_trouble WHERE key = 'log ' || log_id || ' frozen')`;
}

async function stillFrozen(transaction: Transaction, now: Date): Promise<Frozen[]> {
  return transaction<Frozen[]>`
    SELECT log.id, log.dialect, log.name, log.url, log.origin, log.public_key, coalesce(log.state_reason, '') AS reason,
      log.verified_checkpoint AS checkpoint, coalesce(log.checkpoint_at, log.verified_at, log.polled_at) AS at, log.polled_at,
      ahead.seen_by, ahead.note AS seen, open.id AS incident, open.evidence, open.written_at
    FROM monitor_log log JOIN alert_trouble known ON known.key = 'log ' || log.id || ' frozen'
    LEFT JOIN LATERAL (SELECT seen_by, note FROM monitor_sighting
      WHERE log_id = log.id AND verdict = 'ahead' AND size > log.verified_size ORDER BY ahead_since LIMIT 1) ahead ON true
    LEFT JOIN LATERAL (SELECT id, evidence, (evidence::json -> 'shownAt' ->> -1)::timestamptz AS written_at
      FROM monitor_incident
      WHERE log_id = log.id AND kind = ${kind} AND resolved_at IS NULL ORDER BY opened_at LIMIT 1) open ON true
    WHERE log.state = 'frozen' AND known.since <= ${new Date(now.getTime() - keptAfterMs)}
      AND log.verified_checkpoint IS NOT NULL AND log.polled_at IS NOT NULL`;
}

async function keep(transaction: Transaction, frozen: Frozen, now: Date): Promise<void> {
  const { id, incident, written_at: writtenAt, polled_at: polledAt, reason, checkpoint } = frozen;
  if (writtenAt !== null && polledAt.getTime() - writtenAt.getTime() < rewriteEveryMs) return;
  const log = { ...frozen, publicKey: new Uint8Array(frozen.public_key) };
  const elsewhere =
    frozen.seen_by === null || frozen.seen === null
      ? undefined
      : { seenBy: frozen.seen_by, checkpoint: frozen.seen };
  const shown = { reason, checkpoint, firstShownAt: frozen.at, shownAt: polledAt, elsewhere };
  const evidence = writeFreeze(log, shown, frozen.evidence);
  if (incident === null)
    await transaction`
      INSERT INTO monitor_incident (log_id, kind, detail, before, after, evidence, opened_at)
      VALUES (${id}, ${kind}, ${reason}, ${checkpoint}, ${elsewhere?.checkpoint ?? null}, ${evidence}, ${now})`;
  else await transaction`UPDATE monitor_incident SET evidence = ${evidence} WHERE id = ${incident}`;
}
