/** What handlers of people's routes begin with. Each is an adapter: who may is decided where the pages decide it. */
import type { z } from 'zod';
import { answerApi, privateJson } from '../account/asked.ts';
import { requireTeam, type Caller, type TeamOfCaller } from '../account/caller.ts';
import type { Role, Scope } from '../account/roles.ts';
import { dependencies, type Dependencies } from '../dependencies.ts';
import { watchOfCaller, type OwnWatch } from '../watch/settings/asked.ts';
import type { Outcome } from '../watch/settings/channel-acts.ts';
import { tooOften } from '../watch/settings/channel-refusal.ts';
import { problem, readBody, readQuery } from './problem.ts';

export interface Named<K extends string> {
  readonly params: Promise<Readonly<Record<K, string>>>;
}

/** A key has one team. */
export function teamOfKey(caller: Caller, role: Role = 'viewer'): TeamOfCaller {
  return requireTeam(caller, caller.teams[0]?.id ?? null, role);
}

/** For what is set for one watch, by those who may open its settings. */
export async function answerWatch<K extends string>(
  request: Request,
  scope: Scope,
  { params }: Named<K | 'id'>,
  act: (asked: {
    readonly deps: Dependencies;
    readonly caller: Caller;
    readonly watch: OwnWatch;
    readonly named: Readonly<Record<K | 'id', string>>;
  }) => Promise<Response>,
): Promise<Response> {
  return answerApi(request, scope, async (caller) => {
    const named = await params;
    const deps = dependencies();
    return act({ deps, caller, named, watch: await watchOfCaller(deps, caller, named.id) });
  });
}

/** What became of something that goes out by itself a moment later. */
export function queued(outcome: Outcome): Response {
  switch (outcome) {
    case 'queued':
      return privateJson({ status: 'queued' }, 202);
    case 'too-often':
      return askedTooOften();
    case 'not-possible':
      return problem(409, 'Not possible with this channel as it is.');
    case 'changed':
    case 'not-there':
      return problem(404, 'There is no such thing.');
  }
}

function askedTooOften(): Response {
  const { words, seconds } = tooOften(dependencies().now());
  const refused = problem(429, words, 'too-often');
  refused.headers.set('retry-after', String(seconds));
  return refused;
}

export async function withBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  act: (body: T) => Promise<Response>,
): Promise<Response> {
  const read = await readBody(request, schema);
  return 'problem' in read ? read.problem : act(read.value);
}

export async function withQuery<T>(
  request: Request,
  schema: z.ZodType<T>,
  act: (query: T) => Promise<Response>,
): Promise<Response> {
  const read = readQuery(request, schema);
  return 'problem' in read ? read.problem : act(read.value);
}
