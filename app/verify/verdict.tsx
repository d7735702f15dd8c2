import type { ReactNode } from 'react';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { NamedValues, RawValues } from '#lib/verify/raw-values.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { momentsIn } from '../ui/time.ts';
import type { SignerAnswer } from './schemas.ts';
import { stepNames } from './statement.ts';

type Step = SignerAnswer['steps'][number];

/** Who, by whose word, when; or the step at which it ended. A yes is a sentence, never a mark alone. */
export function Verdict({ answer, byBytes }: { answer: SignerAnswer; byBytes: boolean }) {
  if (answer.verdict === 'refused') return <Refused answer={answer} />;
  const { signer, times, predicateType } = answer;
  const [time] = times;
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
        {signer.kind === 'key' ? (
          'with the key you gave'
        ) : (
          <>
            by <Stranger text={signer.identity} /> via <Stranger text={signer.issuer} />
          </>
        )}{' '}
        at {time === undefined ? 'an unknown time' : <Time at={time.time} />};{' '}
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
        <Said text={reason} />. <code>{code}</code>
      </p>
      <p>Do not use the file as theirs on the strength of this bundle.</p>
    </div>
  );
}

export function StepList({ steps, values }: { steps: readonly Step[]; values: RawValues }) {
  return (
    <Facts>
      {steps.map((step) => (
        <Fact key={step.step} label={stepNames[step.step] ?? step.step}>
          <StepResult step={step} />
          <StepValues values={values[step.step] ?? []} />
        </Fact>
      ))}
    </Facts>
  );
}

/** What the step looked at, folded away: for whoever wants to redo it. */
function StepValues({ values }: { values: NamedValues }) {
  if (values.length === 0) return null;
  return (
    <details className="raw-values">
      <summary>Raw values</summary>
      {values.map(([title, text], at) => (
        // eslint-disable-next-line react/no-array-index-key -- there may be several of one title
        <div key={at}>
          <p className="hint">{title}</p>
          <Command
            wraps
            lines={text
              .trimEnd()
              .split('\n')
              .map((line) => visibleText(line, longestLine))}
          />
        </div>
      ))}
    </details>
  );
}

const longestLine = 20_000;

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
          <Said text={fact} />
          {step.outcome === 'failed' && (
            <>
              {' '}
              <code>{step.code}</code>
            </>
          )}
        </p>
      ))}
    </>
  );
}

/** Times by the reader's clock. */
function Said({ text }: { text: string }) {
  return momentsIn(text).map((piece, at) =>
    // eslint-disable-next-line react/no-array-index-key -- pieces have no other name
    piece instanceof Date ? <Time key={at} at={piece} /> : <Stranger key={at} text={piece} />,
  );
}
