/** What an alert is about: what happened, why it was sent, and the facts to judge it by. */
import {
  asSpelled,
  onlyClaims,
  signedAt,
  signedTogether,
  thingWatched,
  whoSigned,
  type Facts,
} from '#lib/rules/facts.ts';
import { refOf } from '#lib/rules/history.ts';
import type { Alert } from './store.ts';
import { Fact, Facts as Rows, Line } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Name } from '../ui/name.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { digestName } from '../signings/signing.ts';
import { grouped, plural } from '../ui/time.ts';

const verdicts: Readonly<Record<string, { tone: Tone; word: string }>> = {
  expected: { tone: 'good', word: 'Expected' },
  notable: { tone: 'notable', word: 'Notable' },
  unexpected: { tone: 'warn', word: 'Unexpected' },
  contradiction: { tone: 'bad', word: 'Contradiction' },
};

export function VerdictMark({ verdict }: { verdict: string }) {
  return <Mark {...(verdicts[verdict] ?? { tone: 'quiet', word: verdict })} />;
}

/** What both the mailed page and the inbox know of an alert. */
export type ShownAlert = Pick<Alert, 'logId' | 'facts' | 'reasons'> & { readonly index: number | string };

export function AlertSentence({ alert }: { alert: Pick<ShownAlert, 'facts'> }) {
  const { facts } = alert;
  if (facts === undefined) return <>Something was signed in a name you watch</>;
  const watched = <Name text={asSpelled(facts, facts.identity)} kind={facts.identityKind} />;
  const signer = whoSigned(facts);
  const name =
    facts.lookAlike === null && signer !== undefined ? <Name text={asSpelled(facts, signer)} /> : watched;
  if (facts.event === 'announcement')
    return facts.intent?.state === 'unused' && facts.intent.used > 0 ? (
      <>Not every announced signature as {name} came</>
    ) : (
      <>An announced signature as {name} did not come</>
    );
  if (facts.trust === 'unparsable') return <>An entry that does not read has {name} in its bytes</>;
  if (facts.identityKind === 'package') return <>A statement about {watched} was signed</>;
  if (signer === undefined)
    return (
      <>
        An entry has the {thingWatched(facts)} {watched}
      </>
    );
  if (facts.lookAlike !== null)
    return (
      <>
        A file was signed as <Name text={asSpelled(facts, facts.lookAlike)} kind={facts.identityKind} />, a
        name like {name}
      </>
    );
  if (facts.identityKind === 'pgp-user') return <>A PGP key that calls itself {name} signed a file</>;
  if (facts.trust === 'untrusted') return <>An entry claims to be signed as {name}</>;
  return facts.event === 'issuance' ? (
    <>A certificate was issued to {name}</>
  ) : (
    <>A file was signed as {name}</>
  );
}

/** The first reason of the message; AlertFacts has the others. */
export function WhyTold({ alert: { reasons } }: { alert: Pick<ShownAlert, 'reasons'> }) {
  return reasons[0] === undefined ? null : <p className="lead">{reasons[0].words}</p>;
}

export function AlertFacts({ alert }: { alert: ShownAlert }) {
  return (
    <>
      {alert.reasons.length > 1 && (
        <Line label="Also">
          <ul className="bulleted stack">
            {alert.reasons.slice(1).map(({ rule, words }) => (
              <li key={rule}>{words}</li>
            ))}
          </ul>
        </Line>
      )}
      <Line label="Facts">
        <Known alert={alert} />
        {alert.facts?.event !== 'announcement' && (
          <p className="hint">
            Check without any link of ours: open this site by hand and type{' '}
            <span className="mono">
              {alert.logId}/{alert.index}
            </span>
            .
          </p>
        )}
      </Line>
    </>
  );
}

/** What was promised, by whom and until when: there is no entry. */
function Promised({ facts }: { facts: Facts }) {
  const { intent, digest, source, identity, claims } = facts;
  const [ref, workflow] = [refOf(claims), claims['buildConfigUri']];
  if (intent?.state !== 'unused') return null;
  const { by, since, until, used, wanted, number } = intent;
  return (
    <Rows>
      <Fact label="In the name of">
        <Name text={asSpelled(facts, source ?? identity)} kind={facts.identityKind} />
      </Fact>
      <Fact label="Announced">{plural(wanted, 'signature')}</Fact>
      <Fact label="File, SHA-256">{digest !== null && <code className="whole">{digest}</code>}</Fact>
      <Fact label="Branch or tag">{ref !== undefined && <Stranger text={ref} />}</Fact>
      <Fact label="Workflow">{workflow !== undefined && <Stranger text={workflow} />}</Fact>
      <Fact label="Came in time">{used === 0 ? 'none' : `${used} of ${wanted}`}</Fact>
      <Fact label="Announced by">{by !== undefined && <Stranger text={by} />}</Fact>
      <Fact label="Announced at">{since !== undefined && <Time at={since} />}</Fact>
      <Fact label="Good until">{until !== undefined && <Time at={until} />}</Fact>
      <Fact label="Announcement">
        <a href="/intents">Number {number}</a>
      </Fact>
    </Rows>
  );
}

/** Several signed what is watched, and each is named. */
function Together({ facts }: { facts: Facts }) {
  const together = signedTogether(facts);
  return (
    together !== undefined && (
      <Fact label="Signed by">
        <ul className="stack">
          {together.names.map((name) => (
            <li key={name}>
              <Name text={name} />
            </li>
          ))}
          {together.more > 0 && <li>and {together.more} more</li>}
        </ul>
      </Fact>
    )
  );
}

function Known({ alert }: { alert: ShownAlert }) {
  const { facts } = alert;
  if (facts?.event === 'announcement') return <Promised facts={facts} />;
  const signer = facts && whoSigned(facts);
  const entry = (
    <a href={`/e/${encodeURIComponent(alert.logId)}/${alert.index}`}>
      Entry {grouped(Number(alert.index))} and its proof
    </a>
  );
  const { claims } = facts ?? {};
  const claimed = facts !== undefined && onlyClaims(facts);
  const said = (...names: string[]) =>
    names.map((name) => claims?.[name]).find((value) => value !== undefined);
  const ofStranger: readonly (readonly [string, string | null | undefined])[] = [
    [claimed ? 'Claims to be vouched for by' : 'Vouched for by', facts?.issuer],
    [
      claimed ? 'Claims the repository' : 'Repository',
      typeof facts?.source === 'string' ? asSpelled(facts, facts.source) : undefined,
    ],
    ['Branch or tag', said('sourceRepositoryRef', 'githubWorkflowRef')],
    ['Workflow', said('buildConfigUri', 'githubWorkflowName')],
    ['Started by', said('buildTrigger', 'githubWorkflowTrigger')],
    ['Run', said('runInvocationUri')],
    ['Runner', said('runnerEnvironment')],
  ];
  return (
    <Rows>
      <Fact label={signer === facts?.identity ? 'Name' : 'Watched'}>
        {facts !== undefined && <Name text={asSpelled(facts, facts.identity)} kind={facts.identityKind} />}
      </Fact>
      <Fact label="Signed as">
        {signer !== undefined && signer !== facts?.identity && (
          <Name text={facts === undefined ? signer : asSpelled(facts, signer)} />
        )}
      </Fact>
      {facts !== undefined && <Together facts={facts} />}
      <Fact label="When">{facts !== undefined && <Time at={signedAt(facts)} />}</Fact>
      {ofStranger.map(([label, text]) => (
        <Fact key={label} label={label}>
          {typeof text === 'string' && <Stranger text={text} />}
        </Fact>
      ))}
      <Fact label={`File, ${digestName(facts?.digestAlgorithm ?? 'digest')}`}>
        {typeof facts?.digest === 'string' && <code className="whole">{facts.digest}</code>}
      </Fact>
      <Fact label="In the log">{entry}</Fact>
    </Rows>
  );
}
