import type { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { findNames } from '../../../find/names.ts';
import { readPrefix } from '../../../find/question.ts';
import { completeUpTo, listLogs } from '../../../logs/store.ts';
import { inOneSnapshot } from '../../../snapshot.ts';
import { problem, publicJson, readQuery } from '../../problem.ts';
import { namesQuery, type namesAnswer } from '../schemas.ts';

export async function GET(request: Request): Promise<Response> {
  const query = readQuery(request, namesQuery);
  if ('problem' in query) return query.problem;
  const prefix = readPrefix(query.value.prefix) ?? readPrefix(`${query.value.prefix}*`);
  if (prefix === undefined) return problem(400, 'prefix: a host and an owner at least, as github.com/acme');
  const deps = dependencies();
  const { cursor: after, limit } = query.value;
  const [{ names, next }, logs] = await inOneSnapshot(deps, (reads) =>
    Promise.all([findNames(reads, { prefix, after, limit }), listLogs(reads)]),
  );
  const answer: z.infer<typeof namesAnswer> = {
    names: names.map(({ lastSeenAt, ...name }) => ({ ...name, lastSeenAt: lastSeenAt.toISOString() })),
    completeUpTo: completeUpTo(logs),
    next: next ?? null,
  };
  return publicJson(answer);
}
