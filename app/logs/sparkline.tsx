import { grouped } from '../ui/time.ts';
import { growthOf, type History, type LogMoment } from './history.ts';

const size = { width: 120, height: 22 };

/** How a log grew, too small for figures: its words say them. */
export function Sparkline({ moments, span }: { moments: readonly LogMoment[]; span: History }) {
  const sizes = moments.map(({ verifiedSize }) => verifiedSize);
  const [lowest, highest] = [Math.min(...sizes), Math.max(...sizes)];
  if (moments.length < 2) return <span className="soft">since today</span>;
  const rise = Math.max(1, highest - lowest);
  const wide = span.to.getTime() - span.from.getTime();
  const path = moments.map(({ at, verifiedSize }, n) => {
    const x = (size.width * (at.getTime() - span.from.getTime())) / wide;
    const y = size.height - 2 - ((size.height - 4) * (verifiedSize - lowest)) / rise;
    return `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <span className="spark">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true" focusable="false">
        <path d={path.join('')} />
      </svg>
      <span>+{grouped(growthOf(span, moments))}</span>
    </span>
  );
}
