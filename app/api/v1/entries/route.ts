import type { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { findByHash } from '../../../find/hash.ts';
import { readQuestion } from '../../../find/question.ts';
import { completeUpTo, listLogs } from '../../../logs/store.ts';
import { problem, publicJson, readQuery } from '../../problem.ts';
import { entriesQuery, type entriesAnswer } from '../schemas.ts';

/** Which entries have this certificate, or this leaf: by fingerprint, leaf hash or Rekor UUID. */
export async function GET(request: Request): Promise<Response> {
  const query = readQuery(request, entriesQuery);
  if ('problem' in query) return query.problem;
  const question = readQuestion(query.value.hash);
  if (question?.kind !== 'digest' && question?.kind !== 'leaf' && question?.kind !== 'certificate')
    return problem(400, 'hash: 64 hexadecimal digits, or the 80 of a Rekor UUID');
  const deps = dependencies();
  const [found, logs] = await Promise.all([findByHash(deps, question.hex), listLogs(deps)]);
  const answer: z.infer<typeof entriesAnswer> = {
    entries: found.map(({ logId, index }) => ({
      log: logId,
      index: Number(index),
      url: `${deps.config.web.url}/e/${encodeURIComponent(logId)}/${index}`,
    })),
    completeUpTo: completeUpTo(logs),
  };
  return publicJson(answer);
}
