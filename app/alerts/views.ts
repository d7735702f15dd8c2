/** Searches of the inbox: those everybody has, and those a team gave a name. A query is kept as its address has it. */
import { randomUUID } from 'node:crypto';
import { personalTeam, requireTeam, teamIds, type Caller } from '../account/caller.ts';
import { AccountError } from '../account/account-error.ts';
import { namedId } from '../account/named-id.ts';
import type { Dependencies } from '../dependencies.ts';
import { states, type AlertState } from './store.ts';

export interface View {
  readonly name: string;
  readonly query: string;
}

export const builtInViews: readonly View[] = [
  { name: 'Needs an answer', query: 'state=open' },
  { name: 'Being looked into', query: 'state=acknowledged,not-mine' },
  { name: 'Unexpected', query: 'verdict=unexpected,contradiction' },
  { name: 'Expected', query: 'state=auto-expected' },
  { name: 'All', query: '' },
];

const mostViews = 30;

export interface SavedView extends View {
  readonly id: string;
}

type Uses = Pick<Dependencies, 'prisma'>;

export async function savedViews({ prisma }: Uses, caller: Caller): Promise<SavedView[]> {
  return prisma.accountView.findMany({
    where: { teamId: { in: teamIds(caller) } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, query: true },
  });
}

/** For the person alone, or for the team of a key; the name of one that is there replaces it. */
export async function saveView({ prisma }: Uses, caller: Caller, { name, query }: View): Promise<SavedView> {
  const [keysTeam] = caller.proof.kind === 'key' ? caller.teams : [];
  const { id: teamId } = keysTeam ?? personalTeam(caller);
  if ((await prisma.accountView.count({ where: { teamId } })) >= mostViews)
    throw new AccountError('too-many', `There are at most ${mostViews} views.`);
  return prisma.accountView.upsert({
    where: { teamId_name: { teamId, name } },
    create: { id: randomUUID(), teamId, name, query },
    update: { query },
    select: { id: true, name: true, query: true },
  });
}

export async function removeView({ prisma }: Uses, caller: Caller, id: string): Promise<void> {
  const view = await prisma.accountView.findUnique({ where: { id: namedId(id) } });
  if (view === null) throw new AccountError('not-found', 'There is no such thing.');
  requireTeam(caller, view.teamId, 'viewer');
  await prisma.accountView.delete({ where: { id } });
}

export interface InboxAddress {
  readonly states: readonly AlertState[];
  readonly verdicts: readonly string[];
  readonly watchId: string | undefined;
}

const verdicts = ['expected', 'notable', 'unexpected', 'contradiction'];
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What does not read asks for nothing. */
export function readAddress(query: URLSearchParams): InboxAddress {
  const list = (name: string): string[] => (query.get(name) ?? '').split(',');
  const watch = query.get('watch') ?? '';
  return {
    states: states.filter((state) => list('state').includes(state)),
    verdicts: verdicts.filter((verdict) => list('verdict').includes(verdict)),
    watchId: uuid.test(watch) ? watch : undefined,
  };
}

/** The one spelling of a search; nothing else of an address is kept or followed. */
export function writeAddress({ states: asked, verdicts: graded, watchId }: InboxAddress): string {
  const parts = [
    ...(asked.length === 0 ? [] : [`state=${asked.join(',')}`]),
    ...(graded.length === 0 ? [] : [`verdict=${graded.join(',')}`]),
    ...(watchId === undefined ? [] : [`watch=${watchId}`]),
  ];
  return parts.join('&');
}
