import { Fragment, type ReactNode } from 'react';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { RuleReport } from '#lib/policy/evaluate-policy.ts';
import { Fact, Facts, Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { PolicyAnswer } from './schemas.ts';

type Signature = PolicyAnswer['signatures'][number];
type Threshold = Extract<RuleReport, { kind: 'threshold' }>;

export const policyHeadings: Readonly<Record<PolicyAnswer['verdict'], string>> = {
  satisfied: 'Enough of the right people signed',
  unsatisfied: 'Not enough of the right people signed',
  blocked: 'The policy blocks this file',
};

const words: Readonly<Record<PolicyAnswer['verdict'], string>> = {
  satisfied: 'Satisfied',
  unsatisfied: 'Not satisfied',
  blocked: 'Blocked',
};

export function PolicyVerdict({ answer: { verdict, reason } }: { answer: PolicyAnswer }) {
  const tone = verdict === 'satisfied' ? 'good' : 'bad';
  return (
    <div className={`notice ${tone}`}>
      <Mark tone={tone} word={words[verdict]} />
      <p>
        <Stranger text={reason} />.
      </p>
      {tone === 'bad' && <p>Do not use the file on the strength of these bundles.</p>}
    </div>
  );
}

/** What `sigwatch policy check` prints: each rule with who signed and who is missing, each bundle with whom it counts for. */
export function PolicyReport({ answer: { rule, signatures } }: { answer: PolicyAnswer }) {
  return (
    <>
      <Line label="Who is needed">
        <Facts>
          {numbered(rule, '').map((one) => (
            <Fact key={one.number} label={one.number === '' ? 'The policy' : `Rule ${one.number}`}>
              <RuleResult numbered={one} />
            </Fact>
          ))}
        </Facts>
      </Line>
      <Line label="Each bundle">
        <Facts>
          {signatures.map((one, at) => (
            <Fact key={`${at} ${one.name}`} label={visibleText(one.name)}>
              <SignatureResult one={one} />
            </Fact>
          ))}
        </Facts>
      </Line>
    </>
  );
}

interface Numbered {
  readonly number: string;
  readonly rule: RuleReport;
}

/** A rule, then those in it: numbers and no indentation, for a rule may be deep and a screen narrow. */
function numbered(rule: RuleReport, number: string): Numbered[] {
  if (rule.kind === 'threshold') return [{ number, rule }];
  const inner = rule.rules.flatMap((one, at) => numbered(one, innerNumber(number, at)));
  return [{ number, rule }, ...inner];
}

function innerNumber(number: string, at: number): string {
  return number === '' ? `${at + 1}` : `${number}.${at + 1}`;
}

function RuleResult({ numbered: { number, rule } }: { numbered: Numbered }): ReactNode {
  const met = <Mark tone={rule.satisfied ? 'good' : 'bad'} word={rule.satisfied ? 'Met' : 'Not met'} />;
  if (rule.kind === 'threshold') {
    return (
      <>
        {met}
        <ThresholdResult rule={rule} />
      </>
    );
  }
  const inner = rule.rules.map((_, at) => innerNumber(number, at)).join(', ');
  return (
    <>
      {met}
      <p>
        {rule.kind === 'all' ? 'All' : 'Any'} of {inner}
      </p>
    </>
  );
}

function ThresholdResult({ rule }: { rule: Threshold }) {
  const { satisfied, signed, missing, notCounted, atLeast, label } = rule;
  return (
    <>
      <p>
        {signed.length} of {atLeast} from <Stranger text={label} />
      </p>
      {signed.length > 0 && <p>Signed: {people(signed)}</p>}
      {!satisfied && missing.length > 0 && <p>Missing: {people(missing)}</p>}
      {notCounted.map(({ name, reason }, at) => (
        <p key={`${at} ${name}`}>
          <Stranger text={name} /> does not count: <Stranger text={reason} />
        </p>
      ))}
    </>
  );
}

/** Each by itself: a long list must not be cut like one long name. */
function people(names: readonly string[]): ReactNode {
  return names.map((name, at) => (
    <Fragment key={name}>
      {at > 0 && ', '}
      <Stranger text={name} />
    </Fragment>
  ));
}

function SignatureResult({ one }: { one: Signature }) {
  const counts = one.outcome === 'counts';
  // A good signature of somebody nobody asked for is no failure.
  const tone = counts ? 'good' : one.verification.verdict === 'verified' ? 'quiet' : 'bad';
  return (
    <>
      <Mark tone={tone} word={counts ? 'Counts' : 'Does not count'} />
      {counts ? (
        <p>
          for <Stranger text={one.person ?? ''} />
        </p>
      ) : (
        <p>
          <Stranger text={one.reason ?? ''} />. <code>{one.code}</code>
        </p>
      )}
      <SignedBy verification={one.verification} />
    </>
  );
}

/** Nobody, where the bundle did not verify: what it says of its signer is then anybody's word. */
function SignedBy({ verification }: Pick<Signature, 'verification'>) {
  if (verification.verdict === 'refused') return null;
  const { signer, times } = verification;
  const [time] = times;
  return (
    <p>
      Signed{' '}
      {signer.kind === 'key' ? (
        'with a key of the policy'
      ) : (
        <>
          by <Stranger text={signer.identity} /> via <Stranger text={signer.issuer} />
        </>
      )}{' '}
      at {time === undefined ? 'an unknown time' : <Time at={time.time} />}
    </p>
  );
}
