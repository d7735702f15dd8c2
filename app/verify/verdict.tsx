import type { ReactNode } from 'react';
import { Fact, Facts } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { SignerAnswer } from './schemas.ts';
import { stepNames } from './statement.ts';

type Step = SignerAnswer['steps'][number];

/** Who, by whose word, when; or the step at which it ended. A yes is a sentence, never a mark alone. */
export function Verdict({ answer, byBytes }: { answer: SignerAnswer; byBytes: boolean }) {
  if (answer.verdict === 'refused') return <Refused answer={answer} />;
  const { signer, times, predicateType } = answer;
  const [time] = times;
  if (signer.kind === 'key') return null;
  return (
    <div className="notice good">
      <Mark tone="good" word="Verified" />
      <p>
        {predicateType === undefined ? (
          'Signed'
        ) : (
          <>
            An attestation of type <Stranger text={predicateType} />, signed
          </>
        )}{' '}
        by <Stranger text={signer.identity} /> via <Stranger text={signer.issuer} /> at{' '}
        {time === undefined ? 'an unknown time' : <Time at={time.time} />};{' '}
        {byBytes ? 'file unchanged' : 'the digest is the one that was signed'}.
      </p>
    </div>
  );
}

function Refused({ answer }: { answer: Extract<SignerAnswer, { verdict: 'refused' }> }) {
  const { step, code, reason } = answer.failure;
  return (
    <div className="notice bad">
      <Mark tone="bad" word={`Refused: ${stepNames[step] ?? step}`} />
      <p>
        <Stranger text={reason} />. <code>{code}</code>
      </p>
      <p>Do not use the file as theirs on the strength of this bundle.</p>
    </div>
  );
}

export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <Facts>
      {steps.map((step) => (
        <Fact key={step.step} label={stepNames[step.step] ?? step.step}>
          <StepResult step={step} />
        </Fact>
      ))}
    </Facts>
  );
}

const marks: Readonly<Record<Step['outcome'], { tone: Tone; word: string }>> = {
  passed: { tone: 'good', word: 'Passed' },
  failed: { tone: 'bad', word: 'Failed' },
  skipped: { tone: 'quiet', word: 'Not reached' },
};

function StepResult({ step }: { step: Step }): ReactNode {
  const said = step.outcome === 'passed' ? step.facts : [step.reason];
  return (
    <>
      <Mark {...marks[step.outcome]} />
      {said.map((fact) => (
        <p key={fact}>
          <Stranger text={fact} />
        </p>
      ))}
    </>
  );
}
