import type { ReactNode } from 'react';
import { Stranger } from '../ui/text.tsx';
import {
  clock,
  dayOf,
  isUnusual,
  type EntryRef,
  type FirstSigning,
  type Rhythm,
  type Unusual,
} from './rhythm.ts';
import { grouped } from '../ui/time.ts';

const shown = 6;
const date = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** The ringed marks in words, newest first, each leading to the entry it is about. */
export function UnusualList({ rhythm }: { rhythm: Rhythm }) {
  const unusual = rhythm.marks.filter(isUnusual).reverse();
  if (unusual.length === 0) return null;
  return (
    <>
      <ul className="rows unusual" aria-label="Unusual, newest first">
        {unusual.slice(0, shown).map((mark) => (
          <li key={`${mark.day} ${mark.hour}`} className="entry-row">
            <span>
              {date.format(dayOf(rhythm, mark.day))}, {clock(mark.hour)}
            </span>
            <span>
              {mark.signatures > 1 && `${grouped(mark.signatures)} signatures: `}
              {unusualWords(mark)}
            </span>
            <EntryLink entry={mark.entry} />
          </li>
        ))}
      </ul>
      {unusual.length > shown && (
        <p className="hint">{grouped(unusual.length - shown)} more are marked in the table.</p>
      )}
    </>
  );
}

export function unusualWords({ firsts, outsideHours }: Unusual): ReactNode {
  const names = firsts.slice(0, 3);
  return (
    <>
      {names.map((first, at) => (
        <span key={`${first.kind} ${first.entry.log} ${first.entry.index}`}>
          {at > 0 && ', '}
          {firstWords(first)} {first.name === '' ? 'a bare key' : <Stranger text={first.name} />}
        </span>
      ))}
      {firsts.length > names.length && ` and ${firsts.length - names.length} more`}
      {outsideHours && (firsts.length > 0 ? '; outside the usual hours' : 'outside the usual hours')}
    </>
  );
}

function firstWords({ kind, newestOf }: FirstSigning): string {
  if (kind === 'source') return 'first from';
  return newestOf === undefined ? 'first by' : `first of the newest ${grouped(newestOf)} by`;
}

function EntryLink({ entry: { log, index } }: { entry: EntryRef }) {
  return (
    <a href={`/e/${encodeURIComponent(log)}/${index}`}>
      <span className="unseen">{log} entry </span>#{grouped(index)}
    </a>
  );
}
