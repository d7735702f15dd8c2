/**
 * Days from left to right, hours of the day from top to bottom, a mark for each hour with a signature. Its words are
 * beside it and its figures in the table twin (app/rhythm/rhythm-table.tsx).
 */
import { dayOf, isUnusual, rhythmDays, type Rhythm, type RhythmMark } from './rhythm.ts';

const gutter = { left: 30, top: 18, bottom: 4, right: 6 };

interface Drawn {
  readonly rhythm: Rhythm;
  readonly from: number;
  readonly to: number;
  /** Of one day and one hour. */
  readonly cell: { readonly width: number; readonly height: number };
}

/** One strip for a wide page, three below one another for a narrow one; the style sheet shows one of the two. */
export function Strips({ rhythm, words }: { rhythm: Rhythm; words: string }) {
  return (
    <div className="rhythm">
      <p className="unseen">{words}</p>
      <div className="rhythm-wide">
        <Strip rhythm={rhythm} from={0} to={rhythmDays} cell={{ width: 8.4, height: 7 }} />
      </div>
      <div className="rhythm-narrow">
        {[0, 30, 60].map((from) => (
          <Strip key={from} rhythm={rhythm} from={from} to={from + 30} cell={{ width: 10.4, height: 5.5 }} />
        ))}
      </div>
    </div>
  );
}

function Strip(drawn: Drawn) {
  const { rhythm, from, to, cell } = drawn;
  const width = (to - from) * cell.width;
  const height = 24 * cell.height;
  const marks = rhythm.marks.filter(({ day }) => day >= from && day < to);
  const x = (day: number) => gutter.left + (day - from) * cell.width;
  const y = (hour: number) => gutter.top + hour * cell.height;
  const box = `0 0 ${gutter.left + width + gutter.right} ${gutter.top + height + gutter.bottom}`;
  return (
    <svg viewBox={box} aria-hidden="true" focusable="false">
      {weekends(drawn).map((day) => (
        <rect key={day} className="weekend" x={x(day)} y={y(0)} width={cell.width} height={height} />
      ))}
      {[0, 6, 12, 18, 24].map((hour) => (
        <g key={hour}>
          <line x1={gutter.left} x2={gutter.left + width} y1={y(hour)} y2={y(hour)} />
          {hour < 24 && (
            <text x={gutter.left - 12} y={y(hour) + 4} textAnchor="end">
              {String(hour).padStart(2, '0')}
            </text>
          )}
        </g>
      ))}
      {dates(drawn).map(({ day, text }) => (
        <g key={day}>
          <line x1={x(day)} x2={x(day)} y1={y(0) - 5} y2={y(24)} />
          <text x={x(day) + 3} y={gutter.top - 7}>
            {text}
          </text>
        </g>
      ))}
      {rhythm.habit.kind === 'hours' &&
        rhythm.habit.hours.map((hour) => (
          <rect
            key={hour}
            className="usual"
            x={gutter.left - 7}
            y={y(hour)}
            width="3"
            height={cell.height + 0.2}
          />
        ))}
      <path className="mark-hour" d={marks.map((mark) => square(mark, x, y, cell)).join('')} />
      {marks.filter(isUnusual).map(({ day, hour }) => (
        <circle
          key={`${day} ${hour}`}
          className="ring"
          cx={x(day) + cell.width / 2}
          cy={y(hour) + cell.height / 2}
          r={Math.max(cell.width, cell.height) * 0.78}
        />
      ))}
    </svg>
  );
}

/** One signature is a small mark, several a larger, ten or more fill the hour. */
function square(
  { day, hour, signatures }: RhythmMark,
  x: (day: number) => number,
  y: (hour: number) => number,
  cell: Drawn['cell'],
): string {
  const share = signatures >= 10 ? 0.94 : signatures > 1 ? 0.74 : 0.52;
  const [width, height] = [cell.width * share, cell.height * share];
  const left = x(day) + (cell.width - width) / 2;
  const top = y(hour) + (cell.height - height) / 2;
  return `M${round(left)} ${round(top)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function weekends({ rhythm, from, to }: Drawn): number[] {
  return daysOf(from, to).filter((day) => [0, 6].includes(dayOf(rhythm, day).getUTCDay()));
}

const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** Months by name; the left edge by its date, unless a month begins too near to it. */
function dates({ rhythm, from, to }: Drawn): { day: number; text: string }[] {
  const months = daysOf(from, to)
    .filter((day) => dayOf(rhythm, day).getUTCDate() === 1 && to - day > 3)
    .map((day) => ({ day, text: month.format(dayOf(rhythm, day)) }));
  const [next] = months;
  if (next !== undefined && next.day - from < 6) return months;
  return [{ day: from, text: dayAndMonth.format(dayOf(rhythm, from)) }, ...months];
}

function daysOf(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
