/** A line over time, small and exact: its range in figures, its words for a reader of screens, its table twin below it. */
import { use } from 'react';
import { zoneOfPage } from '../clock/zone-of-page.ts';
import { wallClock } from '../clock/zone.ts';
import type { History } from './history.ts';

export interface Point {
  readonly at: Date;
  readonly value: number;
}

interface Drawn {
  readonly title: string;
  /** The summary in words. */
  readonly words: string;
  readonly points: readonly Point[];
  readonly span: Pick<History, 'from' | 'to'>;
  readonly say: (value: number) => string;
  /** The foot of the chart is zero, not the lowest value. */
  readonly fromZero?: boolean;
}

/** Of fewer, or where all are the same, the words say all there is. */
const fewestPoints = 6;

const size = { width: 360, height: 104 };
const room = { left: 4, right: 4, top: 18, bottom: 18 };
const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function isWorthDrawing(points: readonly Point[]): boolean {
  return points.length >= fewestPoints && new Set(points.map(({ value }) => value)).size > 1;
}

/** From where there is something to show: of a log that is younger than the span, its own life. */
function spanOf({ points, span }: Pick<Drawn, 'points' | 'span'>): Drawn['span'] {
  const first = points[0]?.at ?? span.from;
  // What was looked at once in each stretch of the span begins with its first stretch.
  const isYoung = first.getTime() - span.from.getTime() > (span.to.getTime() - span.from.getTime()) / 20;
  return isYoung ? { from: first, to: span.to } : span;
}

export function LineChart(given: Drawn) {
  const drawn = { ...given, span: spanOf(given) };
  const { title, words, points, span, say } = drawn;
  const { lowest, highest, x, y } = scale(drawn);
  return (
    <figure className="chart">
      <figcaption>
        <strong>{title}</strong> <span className="soft">{words}</span>
      </figcaption>
      {isWorthDrawing(points) && (
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true" focusable="false">
          {[y(lowest), y(highest)].map((at) => (
            <line key={at} x1="0" x2={size.width} y1={at} y2={at} />
          ))}
          <text x="0" y={room.top - 6}>
            {lowest === highest || drawn.fromZero ? say(highest) : `${say(lowest)} to ${say(highest)}`}
          </text>
          <Ends span={span} />
          <path
            className="series"
            d={points.map(({ at, value }, n) => `${n === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')}
          />
        </svg>
      )}
    </figure>
  );
}

/** By the reader's clock; on paper by UTC. */
function Ends({ span }: Pick<Drawn, 'span'>) {
  const zone = use(zoneOfPage());
  const zones = zone === undefined ? [undefined] : [zone, undefined];
  return zones.map((one) => (
    <g
      key={one ?? 'UTC'}
      className={zone === undefined ? undefined : one === undefined ? 'in-print' : 'on-screen'}
    >
      <text x="0" y={size.height - 4}>
        {moment(span.from, span, one)}
      </text>
      <text x={size.width} y={size.height - 4} textAnchor="end">
        {moment(span.to, span, one)} {one ?? 'UTC'}
      </text>
    </g>
  ));
}

function scale({ points, span, fromZero = false }: Drawn) {
  const values = points.map(({ value }) => value);
  const lowest = fromZero ? 0 : Math.min(...values);
  const highest = Math.max(...values, fromZero ? 1 : lowest);
  const { from, to } = span;
  const wide = size.width - room.left - room.right;
  const high = size.height - room.top - room.bottom;
  const rise = highest === lowest ? 1 : highest - lowest;
  return {
    lowest,
    highest,
    x: (at: Date) =>
      round(
        room.left + (wide * (at.getTime() - from.getTime())) / Math.max(1, to.getTime() - from.getTime()),
      ),
    y: (value: number) => round(size.height - room.bottom - (high * (value - lowest)) / rise),
  };
}

function moment(at: Date, { from, to }: Drawn['span'], zone: string | undefined): string {
  const format = to.getTime() - from.getTime() > 2 * 86_400_000 ? day : clock;
  return format.format(wallClock(at, zone));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
