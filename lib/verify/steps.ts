/** Running the steps and keeping their results, so that the verdict can only come out of what the steps said. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import {
  VerificationFailure,
  type FailedStep,
  type StepName,
  type StepResult,
  type Verification,
  type VerifiedSignature,
} from './verification.ts';

/** A value and what to tell people of it; undefined when a step before it did not give what it needs. */
export type StepOutcome<T> = readonly [value: T, facts: readonly string[]] | undefined;

export interface Steps {
  run<T>(step: StepName, work: () => Promise<StepOutcome<T>>): Promise<T | undefined>;
  verified(signature: VerifiedSignature): Verification | undefined;
}

export async function runSteps(
  walk: (steps: Steps) => Promise<Verification | undefined>,
): Promise<Verification> {
  const results: StepResult[] = [];
  const steps: Steps = {
    async run(step, work) {
      try {
        const outcome = await work();
        results.push(
          outcome === undefined
            ? { step, outcome: 'skipped', reason: 'an earlier step failed' }
            : { step, outcome: 'passed', facts: outcome[1] },
        );
        return outcome?.[0];
      } catch (error) {
        results.push(failed(step, error));
        return undefined;
      }
    },
    verified(signature) {
      const allPassed = results.length === stepCount && results.every(({ outcome }) => outcome === 'passed');
      return allPassed ? { verdict: 'verified', steps: results, signature } : undefined;
    },
  };
  const verification = await walk(steps);
  return verification ?? { verdict: 'refused', steps: results, failure: firstFailure(results) };
}

const stepCount = 5;

function failed(step: StepName, error: unknown): FailedStep {
  if (error instanceof VerificationFailure) {
    return { step, outcome: 'failed', code: error.code, reason: error.message };
  }
  const reason = error instanceof Error ? error.message : 'an unknown error';
  return { step, outcome: 'failed', code: 'unexpected-error', reason: visibleText(reason) };
}

function firstFailure(results: readonly StepResult[]): FailedStep {
  const failure = results.find((result) => result.outcome === 'failed');
  return (
    failure ?? {
      step: 'identity',
      outcome: 'failed',
      code: 'unexpected-error',
      reason: 'not every step passed, and none failed',
    }
  );
}
