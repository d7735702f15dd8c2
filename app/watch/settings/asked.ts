/**
 * Whose settings are asked for. The link of an alert proves the mailbox, as long as the watch belongs to no account; once
 * it does, only members of its team set it, signed in. For others there is no such watch.
 */
import { AccountError } from '../../account/account-error.ts';
import { readCaller, type Caller } from '../../account/caller.ts';
import { whoActs } from '../../account/shown-name.ts';
import { teamWatch } from '../../account/team-watch.ts';
import type { Answerer } from '../../alert/answers.ts';
import { findAlert } from '../../alert/store.ts';
import { dependencies, type Dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';

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
  /** By a mailed link: mails are passed on and read by others, so no secret is shown and the address is told of changes. */
  readonly byLink: boolean;
}

type Reads = Pick<Dependencies, 'prisma'>;

/** `headers` of a request: members of its team need no mailed link. */
export async function findOwnWatch(
  deps: Reads,
  asked: URLSearchParams,
  headers?: Headers,
): Promise<OwnWatch | undefined> {
  const watchId = asked.get('watch');
  if (watchId !== null && headers !== undefined) return watchOfTeam(dependencies(), watchId, headers);
  const linked = await linkedWatch(deps, asked);
  if (linked === undefined || linked.watch.teamId !== null) return undefined;
  const { id, kind, value, email, teamId } = linked.watch;
  const who: Answerer = { by: email, actor: { kind: 'mail' } };
  return { id, kind, value, email, teamId, query: linked.query, who, byLink: true };
}

/** Where the link of a mail leads when the watch belongs to an account: to the same settings, for who is signed in. */
export async function signedInPath(deps: Reads, asked: URLSearchParams): Promise<string | undefined> {
  const watchId = asked.get('watch') ?? (await linkedWatch(deps, asked))?.watch.id;
  return watchId === undefined ? undefined : `/watch/settings?watch=${encodeURIComponent(watchId)}`;
}

async function watchOfTeam(
  deps: Dependencies,
  watchId: string,
  headers: Headers,
): Promise<OwnWatch | undefined> {
  const caller = await readCaller(deps, headers, 'page');
  if (caller === undefined) return undefined;
  try {
    return await watchOfCaller(deps, caller, watchId);
  } catch (error) {
    if (error instanceof AccountError) return undefined;
    throw error;
  }
}

/** Throws not-found for one of others and for one that was stopped as for one that never was. */
export async function watchOfCaller(deps: Dependencies, caller: Caller, watchId: string): Promise<OwnWatch> {
  const { id, kind, value, email, teamId, state } = await teamWatch(deps, caller, watchId, 'responder');
  if (state !== 'confirmed') throw new AccountError('not-found', 'There is no such thing.');
  const who = await whoActs(deps, caller);
  return { id, kind, value, email, teamId, query: `watch=${id}`, who, byLink: false };
}

type LinkedWatch = Pick<OwnWatch, 'id' | 'kind' | 'value' | 'email' | 'teamId'>;

async function linkedWatch(
  { prisma }: Reads,
  asked: URLSearchParams,
): Promise<{ readonly watch: LinkedWatch; readonly query: string } | undefined> {
  const tokens = asked.getAll('token');
  const token = tokens.length === 1 ? tokenOf(tokens[0]) : undefined;
  const alert = await findAlert({ prisma }, asked.get('alert') ?? '', token);
  const watch = alert && (await prisma.accountWatch.findUnique({ where: { id: alert.watchId } }));
  if (alert === undefined || watch?.state !== 'confirmed') return undefined;
  return { watch, query: `alert=${alert.id}&token=${token}` };
}
