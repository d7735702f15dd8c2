/** What an alert is about: what happened, why it was sent, and the facts to judge it by. */
import type { Alert } from './store.ts';
import { Facts as FactList, Line } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';

const verdicts: Readonly<Record<string, { tone: Tone; word: string }>> = {
  expected: { tone: 'good', word: 'Expected' },
  notable: { tone: 'notable', word: 'Notable' },
  unexpected: { tone: 'warn', word: 'Unexpected' },
  contradiction: { tone: 'bad', word: 'Contradiction' },
};

export function VerdictMark({ verdict }: { verdict: string }) {
  return <Mark {...(verdicts[verdict] ?? { tone: 'quiet', word: verdict })} />;
}

export function AlertSentence({ alert }: { alert: Alert }) {
  const { facts } = alert;
  if (facts === undefined) return <>Something was signed in a name you watch</>;
  const name = <Stranger text={facts.identity} />;
  if (facts.trust === 'untrusted') return <>An entry claims to be signed as {name}</>;
  return facts.event === 'issuance' ? (
    <>A certificate was issued to {name}</>
  ) : (
    <>A file was signed as {name}</>
  );
}

export function AlertFacts({ alert }: { alert: Alert }) {
  return (
    <>
      {alert.reasons.length > 0 && (
        <Line label="Why you were told">
          <ul className="bulleted stack">
            {alert.reasons.map(({ rule, words }) => (
              <li key={rule}>{words}</li>
            ))}
          </ul>
        </Line>
      )}
      <Line label="Facts">
        <Known alert={alert} />
        <p className="hint">
          Check without any link of ours: open this site by hand and type{' '}
          <span className="mono">
            {alert.logId}/{alert.index}
          </span>
          .
        </p>
      </Line>
    </>
  );
}

function Known({ alert }: { alert: Alert }) {
  const { facts } = alert;
  const entry = (
    <a href={`/e/${encodeURIComponent(alert.logId)}/${alert.index}`}>
      Entry {grouped(alert.index)} and its proof
    </a>
  );
  if (facts === undefined) return <FactList rows={[['In the log', entry]]} />;
  const { claims } = facts;
  const said = (...names: string[]) => names.map((name) => claims[name]).find((value) => value !== undefined);
  const text = (value: string | null | undefined) =>
    value === undefined || value === null ? null : <Stranger text={value} />;
  return (
    <FactList
      rows={[
        ['Name', text(facts.identity)],
        ['When', <Time key="when" at={facts.certificate?.notBefore ?? facts.seenAt} />],
        ['Vouched for by', text(facts.issuer)],
        ['Repository', text(facts.source)],
        ['Branch or tag', text(said('sourceRepositoryRef', 'githubWorkflowRef'))],
        ['Workflow', text(said('buildConfigUri', 'githubWorkflowName'))],
        ['Started by', text(said('buildTrigger', 'githubWorkflowTrigger'))],
        ['Run', text(said('runInvocationUri'))],
        ['Runner', text(said('runnerEnvironment'))],
        facts.digest !== null && [
          `File (${facts.digestAlgorithm ?? 'digest'})`,
          <span key="digest" className="mono whole">
            {facts.digest}
          </span>,
        ],
        ['In the log', entry],
      ]}
    />
  );
}
