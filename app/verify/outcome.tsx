/** What a verification came to, whole: the verdict at the head of the page, then each step, then what was checked. */
import { Fact, Facts, Line, Opening } from '../ui/ledger.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { Answered } from './engine.ts';
import type { TrustChoice } from './form-request.ts';
import { policyHeadings, PolicyReport, PolicyVerdict } from './policy-report.tsx';
import type { ShownVerification } from './shown-verification.ts';
import { StepList, Verdict } from './verdict.tsx';

/** `where` it was done, which is as much of a promise as the rest. */
export function Outcome({ shown, where }: { shown: ShownVerification; where: 'browser' | 'server' }) {
  const { result, fileName, typed } = shown;
  return (
    <>
      <Opening label="Verify">
        <h1 tabIndex={-1}>{headingOf(shown)}</h1>
        {result.kind === 'problem' ? (
          <p className="problem" role="alert">
            {result.words}
          </p>
        ) : 'rule' in result.answer ? (
          <PolicyVerdict answer={result.answer} />
        ) : (
          <Verdict answer={result.answer} byBytes={fileName !== undefined} />
        )}
      </Opening>
      {result.kind === 'answer' && (
        <Details answered={result} fileName={fileName} trust={typed.trust} where={where} />
      )}
    </>
  );
}

function headingOf({ result }: ShownVerification): string {
  if (result.kind === 'problem') return 'Nothing was verified';
  if ('rule' in result.answer) return policyHeadings[result.answer.verdict];
  return result.answer.verdict === 'verified' ? 'It is what they signed' : 'It does not verify';
}

const roots: Readonly<Record<TrustChoice['kind'], string>> = {
  own: 'This instance’s',
  public: 'The public instance’s of Sigstore',
  given: 'The file you gave',
};

interface Detailed {
  readonly answered: Answered;
  readonly fileName: string | undefined;
  readonly trust: TrustChoice['kind'];
  readonly where: 'browser' | 'server';
}

function Details({ answered: { answer, values }, fileName, trust, where }: Detailed) {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(answer.artifact)?.[1];
  return (
    <>
      {'rule' in answer && <PolicyReport answer={answer} />}
      {'steps' in answer && answer.steps.length > 0 && (
        <Line label="Each step">
          <StepList steps={answer.steps} values={values} />
        </Line>
      )}
      <Line label="What was checked">
        <Facts>
          {fileName !== undefined && (
            <Fact label="File">
              <Stranger text={fileName} />
            </Fact>
          )}
          <Fact label="Digest">
            <code className="whole">{answer.artifact}</code>
          </Fact>
          <Fact label="Trusted root">
            {roots[trust]}, read <Time at={answer.trustReadAt} />
          </Fact>
          <Fact label="Checked by">
            {where === 'browser'
              ? 'This browser, with the code of the command line. Nothing of it was sent.'
              : 'Our server, which kept nothing of it.'}
          </Fact>
        </Facts>
        {sha256 !== undefined && (
          <p>
            <a href={`/d/${sha256}`}>Everyone who signed this artifact</a>
          </p>
        )}
      </Line>
    </>
  );
}
