/**
 * Whose settings are asked for. A link that was mailed proves the mailbox: the one that confirmed the watch, or that of
 * any of its alerts. Without it there is no such watch.
 */
import { findAlert } from '../../alert/store.ts';
import type { Dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { findWatch } from '../store.ts';

export interface OwnWatch {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  /** What proves it, for links and forms that lead back here. */
  readonly query: string;
}

type Reads = Pick<Dependencies, 'prisma' | 'now'>;

export async function findOwnWatch(deps: Reads, asked: URLSearchParams): Promise<OwnWatch | undefined> {
  const tokens = asked.getAll('token');
  const token = tokens.length === 1 ? tokenOf(tokens[0]) : undefined;
  if (token === undefined) return undefined;
  const alertId = asked.get('alert');
  if (alertId !== null) return watchOfAlert(deps, alertId, token);
  const watch = await findWatch(deps, { confirmToken: token });
  if (watch?.state !== 'confirmed') return undefined;
  const { id, kind, value, email } = watch;
  return { id, kind, value, email, query: `token=${token}` };
}

async function watchOfAlert(
  { prisma }: Reads,
  alertId: string,
  token: string,
): Promise<OwnWatch | undefined> {
  if ((await findAlert({ prisma }, alertId, token)) === undefined) return undefined;
  const row = await prisma.alertAlert.findUnique({ where: { id: alertId }, select: { watchId: true } });
  const watch = row && (await prisma.accountWatch.findUnique({ where: { id: row.watchId } }));
  if (watch?.state !== 'confirmed') return undefined;
  const { id, kind, value, email } = watch;
  return { id, kind, value, email, query: `alert=${alertId}&token=${token}` };
}
