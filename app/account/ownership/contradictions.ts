/**
 * A name that changed hands keeps its letters, not its number. Looked at all the time, for it is one probe of an index a
 * proof: as soon as a certificate of an authority we trust, issued after the proof, has another number under the name, the
 * proof is contested. It ends when whoever has the name now proves it, under those other numbers.
 */
import type { Sql } from '#lib/server/database.ts';

export interface Contradiction {
  readonly id: string;
  readonly at: string;
  readonly said: string;
}

interface Row {
  readonly id: string;
  readonly log_id: string;
  readonly entry_index: bigint;
  readonly repository_id: string | null;
  readonly owner_id: string | null;
}

/** Of every proof that is bound to numbers: the newest certificate of each issuer in each log, read from monitor_name. */
export async function findContradictions(sql: Sql): Promise<Contradiction[]> {
  const rows = await sql<Row[]>`
    SELECT DISTINCT ON (ownership.id) ownership.id, entry.log_id, entry.entry_index,
      entry.claims->>'sourceRepositoryIdentifier' AS repository_id,
      entry.claims->>'sourceRepositoryOwnerIdentifier' AS owner_id
    FROM account_ownership ownership
    CROSS JOIN LATERAL (SELECT array_to_string((string_to_array(ownership.value, '/'))[1:3], '/') AS value) repository
    CROSS JOIN LATERAL (
      SELECT name.id, name.log_id, name.last_index FROM monitor_name name
      WHERE ownership.kind <> 'organisation' AND name.kind = 'repository' AND name.trust = 'trusted'
        AND name.id BETWEEN monitor_name_low(repository.value) AND monitor_name_high(repository.value)
        AND name.value = repository.value
      UNION ALL
      SELECT name.id, name.log_id, name.last_index FROM monitor_name name
      WHERE ownership.kind = 'organisation' AND name.kind = 'repository' AND name.trust = 'trusted'
        AND name.value ~>=~ (ownership.value || '/') AND name.value ~<~ (ownership.value || '0')
    ) newest
    JOIN monitor_identity named ON named.log_id = newest.log_id AND named.entry_index = newest.last_index
      AND named.name = newest.id
    JOIN monitor_signed entry ON entry.log_id = named.log_id AND entry.entry_index = named.entry_index
      AND entry.signer = named.signer
    WHERE ownership.ended_at IS NULL AND ownership.proven_at IS NOT NULL AND ownership.bound <> '{}'
      AND ownership.contested_at IS NULL
      AND ownership.kind IN ('repository', 'workflow', 'organisation')
      AND coalesce(entry.not_before, named.seen_at) > greatest(ownership.proven_at, ownership.renewed_at)
      AND (entry.claims->>'sourceRepositoryOwnerIdentifier' <> ownership.bound->>'ownerId'
        OR (ownership.kind <> 'organisation'
          AND entry.claims->>'sourceRepositoryIdentifier' <> ownership.bound->>'repositoryId'))
    ORDER BY ownership.id, named.seen_at DESC`;
  return rows.map(({ id, log_id: log, entry_index: index, repository_id: repository, owner_id: owner }) => ({
    id,
    at: `${log}, entry ${index}`,
    said: `a certificate has repository number ${repository ?? 'unknown'} of owner number ${owner ?? 'unknown'} under this name`,
  }));
}

export interface Rival {
  readonly id: string;
  /** `repository/owner`, of the other. */
  readonly numbers: string;
  readonly repository: string | null;
  readonly owner: string | null;
}

/**
 * Proofs of a name that another team proved later under other numbers, which its owners were not told of: both stand, each for
 * its own. One that is bound to none says nothing of whose the name is.
 */
export async function findRivals(sql: Sql): Promise<Rival[]> {
  return sql<Rival[]>`
    SELECT DISTINCT older.id, rival.numbers, rival.repository, rival.owner
    FROM account_ownership older
    JOIN account_ownership newer ON newer.team_id <> older.team_id AND newer.proven_at > older.proven_at
    CROSS JOIN LATERAL (SELECT newer.bound->>'repositoryId' AS repository, newer.bound->>'ownerId' AS owner,
      concat(newer.bound->>'repositoryId', '/', newer.bound->>'ownerId') AS numbers) rival
    WHERE older.ended_at IS NULL AND newer.ended_at IS NULL AND rival.numbers <> ALL(older.rivals)
      AND CASE
        WHEN older.kind IN ('repository', 'workflow') AND newer.kind IN ('repository', 'workflow') THEN
          array_to_string((string_to_array(newer.value, '/'))[1:3], '/')
            = array_to_string((string_to_array(older.value, '/'))[1:3], '/')
          AND newer.bound->>'repositoryId' <> older.bound->>'repositoryId'
        WHEN older.kind = 'organisation' AND newer.kind = 'organisation' THEN
          newer.value = older.value AND newer.bound->>'ownerId' <> older.bound->>'ownerId'
        ELSE false
      END`;
}
