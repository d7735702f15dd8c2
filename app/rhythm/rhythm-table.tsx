import { clock, dayOf, isUnusual, type Rhythm, type RhythmMark } from './rhythm.ts';
import { ScrollTable } from '../ui/scroll-table.tsx';
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
      <ScrollTable
        label="Rhythm as a table"
        columns={{
          day: { head: 'Day' },
          hours: { head: `Hour, ${rhythm.zone ?? 'UTC'} (signatures)` },
          unusual: { head: 'Unusual' },
        }}
      >
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
      </ScrollTable>
    </details>
  );
}
