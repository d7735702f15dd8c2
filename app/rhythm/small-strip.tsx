/** The strip of ninety days in a row of a list: the marks and the rings alone. Its figures are in the table twin below the list. */
import { isUnusual, rhythmDays, type Rhythm } from './rhythm.ts';

const cell = { width: 2.6, height: 1.5 };
const margin = 4;
const size = { width: rhythmDays * cell.width + 2 * margin, height: 24 * cell.height + 2 * margin };

export function SmallStrip({ rhythm }: { rhythm: Rhythm }) {
  const x = (day: number) => round(margin + day * cell.width);
  const y = (hour: number) => round(margin + hour * cell.height);
  const marks = rhythm.marks.map(({ day, hour, signatures }) => {
    const side = signatures > 1 ? 2.6 : 1.9;
    return `M${x(day)} ${y(hour)}h${side}v${side}h${-side}z`;
  });
  return (
    <svg
      className="small-strip"
      viewBox={`0 0 ${size.width} ${size.height}`}
      aria-hidden="true"
      focusable="false"
    >
      {[0, 12, 24].map((hour) => (
        <line key={hour} x1={margin} x2={size.width - margin} y1={y(hour)} y2={y(hour)} />
      ))}
      {[0, 30, 60, 90].map((day) => (
        <line key={day} x1={x(day)} x2={x(day)} y1={margin} y2={size.height - margin} />
      ))}
      <path className="mark-hour" d={marks.join('')} />
      {rhythm.marks.filter(isUnusual).map(({ day, hour }) => (
        <circle key={`${day} ${hour}`} className="ring" cx={x(day) + 1} cy={y(hour) + 1} r="3.4" />
      ))}
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
