import type { z } from 'zod';
import { findNeighbours } from '../../../../../../e/neighbours.ts';
import type { aroundAnswer } from '../../../../../../e/schemas.ts';
import { answerEntry } from '../../../../../entry.ts';
import type { Named } from '../../../../../keyed.ts';
import { publicJson } from '../../../../../problem.ts';

/** The signatures before and after by the same name, and what changed since the one before. */
export async function GET(_request: Request, named: Named<'log' | 'index'>): Promise<Response> {
  return answerEntry(named, async (deps, { signing }) => {
    const near = await findNeighbours(deps, signing);
    const before = near?.before;
    const answer: z.infer<typeof aroundAnswer> = {
      name: near?.name ?? null,
      before: before === undefined ? null : { ...before, changes: [...before.changes] },
      after: near?.after === undefined ? null : { log: near.after.log, index: near.after.index },
    };
    return publicJson(answer);
  });
}
