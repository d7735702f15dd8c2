/**
 * Ninety days as one line, where the marks are so few that a grid of hours would be all but empty: each has its date beside
 * it. Places are shares of the width, so that one drawing serves a phone and a desktop.
 */
import { clock, dayOf, isUnusual, rhythmDays, type Rhythm, type RhythmMark } from './rhythm.ts';

/** From this many on there is a grid to fill. */
const most = 4;
const [height, base, side] = [58, 34, 9];
/** Of the width: a date needs as much on a phone. */
const labelShare = 26;

export function isFew({ marks }: Pick<Rhythm, 'marks'>): boolean {
  return marks.length <= most;
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

export function FewStrip({ rhythm, words }: { rhythm: Rhythm; words: string }) {
  const labelled = withRoom(rhythm.marks);
  return (
    <div className="rhythm rhythm-few">
      <p className="unseen">{words}</p>
      <svg height={height} aria-hidden="true" focusable="false">
        <line x1="0%" x2="100%" y1={base} y2={base} />
        {ticks(rhythm).map(({ day, text }) => (
          <g key={day}>
            <line x1={share(day)} x2={share(day)} y1={base} y2={base + 6} />
            <text x={share(day)} y={base + 20} textAnchor={anchorOf((day / rhythmDays) * 100)}>
              {text}
            </text>
          </g>
        ))}
        {rhythm.marks.map((mark) => (
          <Mark key={`${mark.day} ${mark.hour}`} mark={mark} />
        ))}
        {labelled.map((mark) => (
          <text
            key={`${mark.day} ${mark.hour}`}
            className="few-date"
            x={share(placeOf(mark))}
            y={base - 16}
            textAnchor={anchorOf(percentOf(mark))}
          >
            {dayAndMonth.format(dayOf(rhythm, mark.day))}, {clock(mark.hour)}
          </text>
        ))}
      </svg>
    </div>
  );
}

function Mark({ mark }: { mark: RhythmMark }) {
  const x = share(placeOf(mark));
  return (
    <g transform={`translate(${-side / 2} ${-side / 2})`}>
      <rect className="mark-hour" x={x} y={base} width={side} height={side} />
      {isUnusual(mark) && (
        <g transform={`translate(${side / 2} ${side / 2})`}>
          <circle className="ring" cx={x} cy={base} r={side} />
        </g>
      )}
    </g>
  );
}

function placeOf({ day, hour }: Pick<RhythmMark, 'day' | 'hour'>): number {
  return day + (hour + 0.5) / 24;
}

function percentOf(mark: RhythmMark): number {
  return (placeOf(mark) / rhythmDays) * 100;
}

function share(place: number): string {
  return `${Math.round((place / rhythmDays) * 10_000) / 100}%`;
}

/** At the edges a text stands within them. */
function anchorOf(percent: number): 'start' | 'middle' | 'end' {
  if (percent < labelShare / 2) return 'start';
  return percent > 100 - labelShare / 2 ? 'end' : 'middle';
}

/** The newest first: those whose dates do not run into one another. */
function withRoom(marks: readonly RhythmMark[]): RhythmMark[] {
  return marks.toReversed().reduce<RhythmMark[]>((kept, mark) => {
    const left = Math.min(...kept.map(percentOf));
    return left - percentOf(mark) < labelShare ? kept : [...kept, mark];
  }, []);
}

/** The first of each month by its name, the ends by their dates. */
function ticks(rhythm: Rhythm): { day: number; text: string }[] {
  const months = Array.from({ length: rhythmDays }, (_, day) => day)
    .filter((day) => dayOf(rhythm, day).getUTCDate() === 1 && day > 14 && day < rhythmDays - 12)
    .map((day) => ({ day, text: month.format(dayOf(rhythm, day)) }));
  return [
    { day: 0, text: dayAndMonth.format(dayOf(rhythm, 0)) },
    ...months,
    { day: rhythmDays, text: 'today' },
  ];
}
