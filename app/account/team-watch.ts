/** One watch of one of the caller's teams: what pages and routes that name a watch begin with. */
import type { Dependencies } from '../dependencies.ts';
import { requireTeam, teamIds, type Caller } from './caller.ts';
import { AccountError } from './account-error.ts';
import type { Role } from './roles.ts';

export interface TeamWatch {
  readonly id: string;
  readonly teamId: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  readonly state: string;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws not-found for one of others as for one that never was. */
export async function teamWatch(
  { prisma }: Pick<Dependencies, 'prisma'>,
  caller: Caller,
  watchId: string,
  role: Role = 'viewer',
): Promise<TeamWatch> {
  const row = uuid.test(watchId)
    ? await prisma.accountWatch.findUnique({ where: { id: watchId } })
    : undefined;
  const teamId = row?.teamId;
  if (row === null || row === undefined || teamId === null || teamId === undefined)
    throw new AccountError('not-found', 'There is no such thing.');
  requireTeam(caller, teamId, role);
  const { id, kind, value, email, state } = row;
  return { id, teamId, kind, value, email, state };
}

/** Of all the caller's teams, stopped ones as well: their alerts stay. */
export async function watchIds({ sql }: Pick<Dependencies, 'sql'>, caller: Caller): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM account_watch WHERE team_id = ANY(${teamIds(caller)}::uuid[])`;
  return rows.map(({ id }) => id);
}
