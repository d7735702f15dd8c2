/** The ownership that a page or a press names, for somebody of its team. */
import type { Dependencies } from '../../dependencies.ts';
import { AccountError } from '../account-error.ts';
import { requireTeam, type Caller } from '../caller.ts';
import type { Role } from '../roles.ts';
import { findOwnership, type Ownership } from './store.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function teamOwnership(
  { sql }: Pick<Dependencies, 'sql'>,
  caller: Caller,
  id: string,
  role: Role = 'viewer',
): Promise<Ownership> {
  const ownership = uuid.test(id) ? await findOwnership(sql, { id }) : undefined;
  if (ownership === undefined) throw new AccountError('not-found', 'There is no such thing.');
  requireTeam(caller, ownership.teamId, role);
  return ownership;
}
