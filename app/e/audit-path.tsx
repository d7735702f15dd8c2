/**
 * The audit path as a drawing: from the entry at the foot, joined at each step with the sibling the log gave, up to the
 * root at the head. The table of steps on the same page says the same in words.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { AuditStep } from '#lib/verify/audit-trail.ts';
import { grouped, plural } from '../ui/time.ts';

const width = 440;
const rise = 54;
const box = { width: 118, height: 28 };
const walkX = width / 2;
const offset = 150;

export function AuditPath({
  leafHash,
  steps,
  index,
}: {
  leafHash: Uint8Array;
  steps: readonly AuditStep[];
  index: bigint;
}) {
  const height = steps.length * rise + box.height + 32;
  const y = (step: number) => height - 26 - box.height / 2 - step * rise;
  const walk = [leafHash, ...steps.map(({ parent }) => parent)];
  return (
    <figure className="stack">
      <svg className="path" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {steps.map((step, at) => (
          <Join key={toHex(step.sibling)} step={step} from={y(at)} to={y(at + 1)} />
        ))}
        {walk.map((hash, at) => (
          <Node
            key={toHex(hash)}
            x={walkX}
            y={y(at)}
            hash={hash}
            look={at === walk.length - 1 ? 'reached' : 'made'}
          />
        ))}
        <text className="faint" x={walkX} y={height - 6} textAnchor="middle">
          this entry
        </text>
        <text className="faint" x={walkX + box.width / 2 + 8} y={y(steps.length) + 4}>
          signed root
        </text>
      </svg>
      <figcaption className="hint">
        Entry {grouped(index)}, joined with {plural(steps.length, 'hash', 'hashes')} from the log, gives the
        signed root.
      </figcaption>
    </figure>
  );
}

function Join({ step, from, to }: { step: AuditStep; from: number; to: number }) {
  const x = step.siblingSide === 'left' ? walkX - offset : walkX + offset;
  const middle = (from + to) / 2;
  return (
    <g>
      <path d={`M${x} ${from} V${middle} H${walkX}`} />
      <line className="walk" x1={walkX} y1={from} x2={walkX} y2={to} />
      <Node x={x} y={from} hash={step.sibling} look="given" />
    </g>
  );
}

function Node({
  x,
  y,
  hash,
  look,
}: {
  x: number;
  y: number;
  hash: Uint8Array;
  look: 'given' | 'made' | 'reached';
}) {
  const text = toHex(hash);
  return (
    <g>
      <rect
        className={look}
        x={x - box.width / 2}
        y={y - box.height / 2}
        width={box.width}
        height={box.height}
        rx="2"
      />
      <text x={x} y={y + 4} textAnchor="middle">
        {text.slice(0, 5)}…{text.slice(-5)}
      </text>
    </g>
  );
}
