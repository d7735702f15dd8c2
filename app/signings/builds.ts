/** How a name's signatures were made: by which workflow, trigger and ref, as far back as is read (prisma/sql/find-builds.sql). */
import type { Dependencies } from '../dependencies.ts';

export interface Build {
  readonly log: string;
  readonly index: number;
  readonly seenAt: Date;
  readonly notBefore: Date | null;
  readonly trust: string;
  readonly issuer: string | null;
  readonly source: string | null;
  readonly workflow: string | null;
  readonly trigger: string | null;
  readonly ref: string | null;
}

export interface Builds {
  /** Newest first. */
  readonly newest: readonly Build[];
  /** There are none before them. */
  readonly isAll: boolean;
}

/** The page of a busy name waits for these; what is not among them is said to be looked for among so many. */
const looked = 250;

export async function findBuilds(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  identity: string,
): Promise<Builds> {
  const newest = await sql.unsafe<Build[]>(statement('find-builds'), [identity, looked], { prepare: true });
  return { newest, isAll: newest.length < looked };
}
