/** The last 90 days, a bar a day: how much of it the monitor watched. What is not known is left empty and said. */
import type { StatusDay } from './schemas.ts';

const size = { wide: 8, gap: 2, high: 36, top: 14 };
const width = 90 * (size.wide + size.gap);
const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

export function DayStrip({ days }: { days: readonly StatusDay[] }) {
  return (
    <svg
      className="days"
      viewBox={`0 0 ${width} ${size.high + size.top + 4}`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <line x1="0" x2={width} y1={size.top + size.high + 0.5} y2={size.top + size.high + 0.5} />
      {days.map((day, at) => (
        <Bar key={day.day} day={day} x={at * (size.wide + size.gap)} />
      ))}
    </svg>
  );
}

function Bar({ day: { day, watched, canaries, canariesSeen, incidents }, x }: { day: StatusDay; x: number }) {
  const foot = size.top + size.high;
  const high = Math.round((watched ?? 0) * size.high);
  return (
    <>
      {day.endsWith('-01') && (
        <text x={x} y={9}>
          {month.format(new Date(day))}
        </text>
      )}
      {watched === null ? (
        <circle className="not-known" cx={x + size.wide / 2} cy={foot - 5} r="1.25" />
      ) : (
        <>
          <rect className="missing" x={x} y={size.top} width={size.wide} height={size.high - high} />
          <rect className="watched" x={x} y={foot - high} width={size.wide} height={high} />
        </>
      )}
      {(incidents > 0 || canariesSeen < canaries) && (
        <path className="mishap" d={`M${x + size.wide / 2} ${size.top - 9} l4 7 h-8 z`} />
      )}
    </>
  );
}
