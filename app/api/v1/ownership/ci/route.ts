import type { z } from 'zod';
import { answerProgram, privateJson } from '../../../../account/asked.ts';
import { AccountError } from '../../../../account/account-error.ts';
import { clientOf, takeFromLimit } from '../../../../account/limits.ts';
import { provesByRun, readCiToken } from '../../../../account/ownership/ci-token.ts';
import { afterProof } from '../../../../account/ownership/after-proof.ts';
import { findOwnership, recordProof } from '../../../../account/ownership/store.ts';
import { dependencies } from '../../../../dependencies.ts';
import { readBody } from '../../../problem.ts';
import { ciProofBody, type ciProofAnswer } from '../../../../account/ownership/schemas.ts';

/** The token itself is the credential, for this one proof. */
export async function POST(request: Request): Promise<Response> {
  return answerProgram(async () => {
    const deps = dependencies();
    const read = await readBody(request, ciProofBody);
    if ('problem' in read) return read.problem;
    await takeFromLimit(deps, { what: 'ci proof', perNetwork: 120, everyone: 5_000 }, clientOf(request));
    const run = await readCiToken(deps.ciIssuers, read.value.token);
    const ownership = await findOwnership(deps.sql, { challenge: run.challenge });
    if (ownership === undefined || !provesByRun(ownership, run))
      throw new AccountError('not-found', 'Nothing is to be proved by that run.');
    const findings = [{ at: run.workflow, said: 'ran, and said so' }];
    const proof = { method: 'ci-token', bound: run.bound, findings } as const;
    await recordProof(deps.sql, ownership, proof, { kind: 'system' });
    await afterProof(deps);
    const answer: z.infer<typeof ciProofAnswer> = {
      kind: ownership.kind,
      value: ownership.value,
      proven: true,
    };
    return privateJson(answer);
  });
}
