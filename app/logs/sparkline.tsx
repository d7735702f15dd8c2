import { grouped } from '../ui/time.ts';
import { growthOf, type History, type LogMoment } from './history.ts';

const size = { width: 120, height: 22 };
/** With fewer, or over less of the span, there is no course to see. */
const leastMoments = 6;
const leastShare = 0.1;

/** How a log grew, too small for figures: its words say them. */
export function Sparkline({ moments, span }: { moments: readonly LogMoment[]; span: History }) {
  const path = pathOf(moments, span);
  return (
    <span className="spark">
      {path !== undefined && (
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true" focusable="false">
          <path d={path} />
        </svg>
      )}
      <span>+{grouped(growthOf(span, moments))}</span>
    </span>
  );
}

/** Undefined while there is nothing to draw. */
function pathOf(moments: readonly LogMoment[], span: History): string | undefined {
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined || moments.length < leastMoments) return undefined;
  const wide = span.to.getTime() - span.from.getTime();
  const sizes = moments.map(({ verifiedSize }) => verifiedSize);
  const [lowest, highest] = [Math.min(...sizes), Math.max(...sizes)];
  if (lowest === highest || last.at.getTime() - first.at.getTime() < wide * leastShare) return undefined;
  return moments
    .map(({ at, verifiedSize }, n) => {
      const x = (size.width * (at.getTime() - span.from.getTime())) / wide;
      const y = size.height - 2 - ((size.height - 4) * (verifiedSize - lowest)) / (highest - lowest);
      return `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
