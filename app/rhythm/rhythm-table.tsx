import { clock, dayOf, isUnusual, type Rhythm, type RhythmMark } from './rhythm.ts';
import { grouped } from '../ui/time.ts';
import { unusualWords } from './unusual-list.tsx';

const weekday = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** The strip in figures, newest day first: the same for a screen reader, for copying and for print. */
export function RhythmTable({ rhythm }: { rhythm: Rhythm }) {
  const days = new Map<number, RhythmMark[]>();
  for (const mark of rhythm.marks) days.set(mark.day, [...(days.get(mark.day) ?? []), mark]);
  return (
    <details>
      <summary>The same as a table</summary>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <section className="scroll" aria-label="Rhythm as a table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Hour, {rhythm.zone ?? 'UTC'} (signatures)</th>
              <th scope="col">Unusual</th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(([day, marks]) => (
              <tr key={day}>
                <th scope="row">{weekday.format(dayOf(rhythm, day))}</th>
                <td>{marks.map((mark) => `${clock(mark.hour)} (${grouped(mark.signatures)})`).join(', ')}</td>
                <td>
                  {marks.filter(isUnusual).map((mark) => (
                    <span key={mark.hour} className="row-line">
                      {clock(mark.hour)} {unusualWords(mark)}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
