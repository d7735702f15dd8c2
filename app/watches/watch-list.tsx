/** The dashboard: what is watched, its last ninety days, how it stands and who is told; what is unanswered first. */
import { Mark, type Tone } from '../ui/mark.tsx';
import { ScrollTable } from '../ui/scroll-table.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { isUnusual, rhythmDays, type Rhythm } from '../rhythm/rhythm.ts';
import { SmallStrip } from '../rhythm/small-strip.tsx';
import type { Spellings } from '../signings/spellings.ts';
import { isShownKind, watchKinds } from './kinds.ts';
import type { ListedWatch } from './store.ts';

interface Shown {
  readonly watches: readonly ListedWatch[];
  readonly rhythms: ReadonlyMap<string, Rhythm>;
  /** Names are shown as they were signed. */
  readonly spellings: Spellings;
  /** Teams whose watches the reader may set. */
  readonly setting: readonly string[];
}

export function WatchList({ watches, rhythms, spellings, setting }: Shown) {
  return (
    <>
      <ul className="rows">
        {watches.map((watch) => (
          <li key={watch.id} className="watch-row">
            <Row
              watch={watch}
              maySet={setting.includes(watch.teamId)}
              name={spellings.usual(watch.value)}
              rhythm={rhythms.get(watch.id)}
            />
          </li>
        ))}
      </ul>
      <p className="hint">
        Each strip is {rhythmDays} days from left to right, the hours of a day from top to bottom, a mark for
        each hour with a signature, larger where there were several. A ring is unusual.
      </p>
      <RhythmTable watches={watches} rhythms={rhythms} spellings={spellings} />
    </>
  );
}

interface RowShown {
  readonly watch: ListedWatch;
  readonly name: string;
  /** The reader may set it; else its name leads to what it found. */
  readonly maySet: boolean;
  readonly rhythm: Rhythm | undefined;
}

function Row({ watch, name, maySet, rhythm }: RowShown) {
  const { id, kind, alerts, open, last, silence } = watch;
  return (
    <>
      <div className="watch-name">
        <a href={maySet ? `/watch/settings?watch=${id}` : `/alerts?watch=${id}&state=`}>
          <Stranger text={name} limit={120} />
        </a>
        <p className="hint">{isShownKind(kind) ? watchKinds[kind][0] : kind}</p>
      </div>
      <div className="watch-strip">{rhythm !== undefined && <SmallStrip rhythm={rhythm} />}</div>
      <div className="watch-state">
        <Mark {...stateOf(watch)} />
        {alerts > 0 && (
          <p className="small">
            <a href={`/alerts?watch=${id}&state=`}>{plural(alerts, 'alert')}</a>
            {open > 0 && `, ${grouped(open)} unanswered`}
          </p>
        )}
      </div>
      <p className="watch-facts hint">
        {last === null ? (
          silences[silence]
        ) : (
          <>
            Last signature <Time at={last} />
          </>
        )}
        <span aria-hidden="true"> · </span>
        <Told watch={watch} />
      </p>
    </>
  );
}

function stateOf({ frozen, open, last, silence }: ListedWatch): { tone: Tone; word: string } {
  if (frozen) return { tone: 'bad', word: open > 0 ? 'Frozen, needs you' : 'Frozen' };
  if (open > 0) return { tone: 'warn', word: 'Needs you' };
  if (last === null && silence === 'none') return { tone: 'quiet', word: 'Nothing seen' };
  return { tone: 'good', word: 'All quiet' };
}

function Told({ watch: { channels, failing } }: { watch: ListedWatch }) {
  const told = `Told by mail${channels === 0 ? '' : ` and ${plural(channels, 'channel')}`}`;
  if (failing === 0) return <span>{told}</span>;
  const which =
    channels === 1 ? 'which fails' : `of which ${failing === 1 ? '1 fails' : `${grouped(failing)} fail`}`;
  return (
    <span>
      {told}, <Mark tone="warn" word={which} />
    </span>
  );
}

const silences = {
  none: 'No signature in 90 days. Is that right?',
  unlisted: 'Not listed, as its owner wants',
  unknown: 'No alert yet',
} as const satisfies Record<ListedWatch['silence'], string>;

const tableColumns = {
  watch: { head: 'Watch' },
  days: { head: 'Days with signatures', isNumber: true },
  signatures: { head: 'Signatures', isNumber: true },
  unusual: { head: 'Unusual hours', isNumber: true },
};

/** The strips in figures. */
function RhythmTable({ watches, rhythms, spellings }: Omit<Shown, 'setting'>) {
  return (
    <details>
      <summary>The strips as a table</summary>
      <ScrollTable label="The strips as a table" columns={tableColumns}>
        {watches.map(({ id, value }) => (
          <tr key={id}>
            <th scope="row">
              <Stranger text={spellings.usual(value)} limit={120} />
            </th>
            <Figures rhythm={rhythms.get(id)} />
          </tr>
        ))}
      </ScrollTable>
    </details>
  );
}

function Figures({ rhythm }: { rhythm: Rhythm | undefined }) {
  if (rhythm === undefined) return <td colSpan={3}>Not drawn</td>;
  const { activeDays, marks } = rhythm;
  const signatures = marks.reduce((sum, mark) => sum + mark.signatures, 0);
  return [activeDays, signatures, marks.filter(isUnusual).length].map((value, at) => (
    // eslint-disable-next-line react/no-array-index-key -- columns have no other name
    <td key={at} className="number">
      {grouped(value)}
    </td>
  ));
}
