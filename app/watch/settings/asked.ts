/**
 * Whose settings are asked for. A link that was mailed proves the mailbox: the one that confirmed the watch, or that of
 * any of its alerts. A member of the watch's team needs none. For others there is no such watch.
 */
import { AccountError } from '../../account/account-error.ts';
import { readCaller } from '../../account/caller.ts';
import { whoActs } from '../../account/shown-name.ts';
import { teamWatch } from '../../account/team-watch.ts';
import type { Answerer } from '../../alert/answers.ts';
import { findAlert } from '../../alert/store.ts';
import { dependencies, type Dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { findWatch } from '../store.ts';

export interface OwnWatch {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  /** What proves it, for links and forms that lead back here. */
  readonly query: string;
  readonly teamId: string | null;
  /** Who acts, as far as is known. */
  readonly who: Answerer;
}

type Reads = Pick<Dependencies, 'prisma' | 'now'>;

/** `headers` of a request: members of its team need no mailed link. */
export async function findOwnWatch(
  deps: Reads & Partial<Pick<Dependencies, 'sql' | 'config'>>,
  asked: URLSearchParams,
  headers?: Headers,
): Promise<OwnWatch | undefined> {
  const watchId = asked.get('watch');
  if (watchId !== null && headers !== undefined) return watchOfTeam(dependencies(), watchId, headers);
  const tokens = asked.getAll('token');
  const token = tokens.length === 1 ? tokenOf(tokens[0]) : undefined;
  if (token === undefined) return undefined;
  const alertId = asked.get('alert');
  if (alertId !== null) return watchOfAlert(deps, alertId, token);
  const watch = await findWatch(deps, { confirmToken: token });
  if (watch?.state !== 'confirmed') return undefined;
  return ofMail(watch, `token=${token}`);
}

async function watchOfTeam(
  deps: Dependencies,
  watchId: string,
  headers: Headers,
): Promise<OwnWatch | undefined> {
  const caller = await readCaller(deps, headers, 'page');
  if (caller === undefined) return undefined;
  try {
    const { id, kind, value, email, teamId, state } = await teamWatch(deps, caller, watchId, 'responder');
    if (state !== 'confirmed') return undefined;
    return { id, kind, value, email, teamId, query: `watch=${id}`, who: await whoActs(deps, caller) };
  } catch (error) {
    if (error instanceof AccountError) return undefined;
    throw error;
  }
}

function ofMail(
  { id, kind, value, email, teamId }: Pick<OwnWatch, 'id' | 'kind' | 'value' | 'email' | 'teamId'>,
  query: string,
): OwnWatch {
  return { id, kind, value, email, teamId, query, who: { by: email, actor: { kind: 'mail' } } };
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
  return ofMail(watch, `alert=${alertId}&token=${token}`);
}
