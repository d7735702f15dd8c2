/** The alerts that are of the same release as one that was answered: they are answered with it. */
import type { Dependencies } from '../dependencies.ts';
import type { Facts } from '#lib/rules/facts.ts';
import { releaseOf } from './mine-scope.ts';

interface Asked {
  readonly id: string;
  readonly facts: Facts | undefined;
  /** Those that who answers may answer for; none: all of the team. */
  readonly watches?: readonly string[];
}

/** With the one asked of; a contradiction of the release is a question of its own. */
export async function alertsOfRelease(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  { id, facts, watches = [] }: Asked,
): Promise<string[]> {
  const release = facts && releaseOf(facts);
  if (release === undefined) return [id];
  const { issuer, source, repositoryId, ref, commit } = release;
  const rows = await sql.unsafe<{ id: string }[]>(statement('alerts-of-release'), [
    id,
    issuer,
    source,
    repositoryId,
    ref,
    commit,
    [...watches],
  ]);
  return [...new Set([id, ...rows.map((row) => row.id)])];
}
