/**
 * A proof that is a signature: whoever can sign as the name signs the team's line, and the monitor finds it in a log.
 * Nothing is asked of anybody; the certificate says who it was, in numbers too.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Checked } from './check.ts';
import { proofLine } from './places.ts';
import type { Bound, Ownership } from './store.ts';

/** The whole content of the file to sign. */
export function proofContent(challenge: string): string {
  return `${proofLine(challenge)}\n`;
}

interface Row {
  readonly log_id: string;
  readonly entry_index: bigint;
  readonly issuer: string | null;
  readonly source: string | null;
  readonly repository_id: string | null;
  readonly owner_id: string | null;
  readonly trigger: string | null;
  readonly names: { kind: string; value: string }[];
}

/** Builds of what others propose run with somebody else's text: they sign nothing for the owner. */
const triggersOfOthers = new Set(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run']);

export async function findInLog(sql: Sql, ownership: Ownership): Promise<Checked> {
  const digest = Buffer.from(sha256(utf8(proofContent(ownership.challenge))));
  const rows = await sql<Row[]>`
    SELECT signed.log_id, signed.entry_index, signed.issuer, signed.source,
      signed.claims->>'sourceRepositoryIdentifier' AS repository_id,
      signed.claims->>'sourceRepositoryOwnerIdentifier' AS owner_id,
      coalesce(signed.claims->>'buildTrigger', signed.claims->>'githubWorkflowTrigger') AS trigger,
      ARRAY(SELECT json_build_object('kind', kind, 'value', value) FROM monitor_identity identity
            WHERE identity.log_id = signed.log_id AND identity.entry_index = signed.entry_index
              AND identity.signer = signed.signer) AS names
    FROM monitor_entry entry
    -- Each certificate proves its own names: what somebody wrote beside one that is trusted proves nothing.
    JOIN monitor_signed signed ON signed.log_id = entry.log_id AND signed.entry_index = entry.entry_index
    WHERE entry.digest = ${digest} AND signed.trust = 'trusted'
      AND entry.seen_at > ${ownership.contestedAt ?? new Date(0)}::timestamptz
    ORDER BY entry.seen_at DESC LIMIT 100`;
  const inName = rows.filter((row) => isBy(row, ownership) && hasItsNumbers(row, ownership));
  const hit = inName.find(({ trigger }) => trigger === null || !triggersOfOthers.has(trigger));
  if (hit === undefined) {
    const said = `${saidOf(rows, inName)}; looked for: SHA-256 ${toHex(digest)}, signed as ${visibleText(ownership.value, 120)}`;
    return { isProven: false, bound: {}, findings: [{ at: 'the logs', said }] };
  }
  const at = `${hit.log_id}, entry ${hit.entry_index}`;
  return { isProven: true, bound: boundOf(hit), findings: [{ at, said: 'holds the signature' }] };
}

function saidOf(rows: readonly Row[], [inName]: readonly Row[]): string {
  if (rows.length === 0) return 'no verified signature of the line was seen yet';
  if (inName === undefined) return 'the line was signed, but not as this name';
  // The trigger is one of the set above: no text of a stranger.
  return `the line was signed as this name, but by a build that others can start (${inName.trigger}); sign it from a push or by hand`;
}

function isBy(row: Row, { kind, value }: Ownership): boolean {
  switch (kind) {
    case 'email':
      return row.names.some((name) => name.kind === 'email' && name.value === value);
    case 'login':
      return row.names.some((name) => `${row.issuer} ${name.value}` === value);
    case 'repository':
      return row.source === value;
    case 'workflow':
      return row.names.some(
        (name) => name.kind === 'uri' && name.value.replace(/^https:\/\//, '').split('@')[0] === value,
      );
    default:
      return false;
  }
}

/** Under the numbers that are bound already; others in the same name are somebody else. */
function hasItsNumbers(row: Row, { bound }: Ownership): boolean {
  const { repositoryId = bound.repositoryId, ownerId = bound.ownerId } = boundOf(row);
  return (bound.repositoryId ?? repositoryId) === repositoryId && (bound.ownerId ?? ownerId) === ownerId;
}

function boundOf({ repository_id: repositoryId, owner_id: ownerId }: Row): Bound {
  return {
    ...(repositoryId === null ? {} : { repositoryId }),
    ...(ownerId === null ? {} : { ownerId }),
  };
}
