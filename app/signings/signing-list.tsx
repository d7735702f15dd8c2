import type { ReactNode } from 'react';
import { refOf, triggerOf, workflowOf } from '#lib/rules/history.ts';
import { shortName } from '../rhythm/departures.ts';
import type { unusualIn } from '../rhythm/rhythm.ts';
import { unusualWords } from '../rhythm/unusual-list.tsx';
import { Mark, Shape } from '../ui/mark.tsx';
import { Name } from '../ui/name.tsx';
import { ShortId, Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import { durationInWords } from '../logs/progress.ts';
import { burstsIn, lengthOf } from './bursts.ts';
import { bySource } from './group.ts';
import { digestName, signedAt, signerOf, type Signing } from './signing.ts';

const sourceWords = { repository: 'from', login: 'with the login of', key: 'with' } as const;
const claimWords = {
  repository: 'claims to come from',
  login: 'claims the login of',
  key: 'with',
} as const;

interface Shown {
  readonly signings: readonly Signing[];
  readonly whose?: boolean;
  /** In the history of the name they are all of. */
  readonly unusual?: ReturnType<typeof unusualIn>;
}

/** Signatures grouped by where they came from. Each row leads to its entry and proof. */
export function SigningList({ signings, whose = false, unusual }: Shown) {
  return bySource(signings).map(({ key, source, claimed, signings: group }) => {
    const several = severalIn(group);
    return (
      <div key={key} className="group">
        <h3 className="group-title">
          <span className="soft">{(claimed ? claimWords : sourceWords)[source.kind]}</span>{' '}
          <Name text={source.name} />
        </h3>
        <ul className="rows">
          {burstsIn(group).map((burst) => {
            const rows = burst.map((signing) => (
              <li key={`${signing.log}/${signing.index}`}>
                <Row signing={signing} whose={whose} made={madeBy(signing, several)} unusual={unusual} />
              </li>
            ));
            return rows.length === 1 ? rows : <Burst key={rows[0]?.key} burst={burst} rows={rows} />;
          })}
        </ul>
      </div>
    );
  });
}

/** The newest, then the others, folded away behind their number. */
function Burst({ burst, rows: [newest, ...others] }: { burst: readonly Signing[]; rows: ReactNode[] }) {
  return (
    <>
      {newest}
      <li>
        <details className="burst">
          <summary>
            {grouped(others.length)} more before it: {grouped(burst.length)} signatures within{' '}
            {durationInWords(lengthOf(burst))}
          </summary>
          <ul className="rows">{others}</ul>
        </details>
      </li>
    </>
  );
}

type Made = 'workflow' | 'trigger';
const readMade = {
  workflow: ({ claims, source }: Signing) => {
    const workflow = workflowOf(claims);
    return workflow === undefined ? undefined : shortName(workflow, source ?? '');
  },
  trigger: ({ claims }: Signing) => triggerOf(claims),
};

/** What is the same in every row needs no words in each. */
function severalIn(group: readonly Signing[]): readonly Made[] {
  return (['workflow', 'trigger'] as const).filter((one) => new Set(group.map(readMade[one])).size > 1);
}

function madeBy(signing: Signing, several: readonly Made[]): string[] {
  return [refOf(signing.claims), ...several.map((one) => readMade[one](signing))].filter(
    (text) => text !== undefined,
  );
}

interface RowShown {
  readonly signing: Signing;
  readonly whose: boolean;
  readonly made: readonly string[];
  readonly unusual: Shown['unusual'];
}

function Row({ signing, whose, made, unusual }: RowShown) {
  const { digest, log, index, trust } = signing;
  const who = whose ? signerOf(signing) : undefined;
  const odd = unusual?.({ log, index }, signedAt(signing));
  return (
    <div className="entry-row">
      <Time at={signedAt(signing)} />
      <span className="entry-what">
        {who !== undefined && <Name text={who.exact} kind={who.kind} />}
        {made.length > 0 && <MadeBy made={made} />}
        {digest !== null && (
          <span className="digest small soft">
            {digestName(digest.algorithm)} <ShortId value={digest.value} />
          </span>
        )}
        {odd !== undefined && (
          <span className="mark notable odd">
            <Shape tone="notable" />
            <span>{unusualWords(odd)}</span>
          </span>
        )}
        {trust === 'unknown' && <Mark tone="notable" word="Authority not known to us" />}
      </span>
      <a href={`/e/${encodeURIComponent(log)}/${index}`}>
        <span className="unseen">{log} entry </span>#{grouped(index)}
      </a>
    </div>
  );
}

function MadeBy({ made }: { made: readonly string[] }) {
  return (
    <span>
      {made.map((text, at) => (
        // eslint-disable-next-line react/no-array-index-key -- a place has no other name
        <span key={at}>
          {at > 0 && ' · '}
          <Stranger text={text} />
        </span>
      ))}
    </span>
  );
}
