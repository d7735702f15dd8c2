/**
 * The audit path as a drawing: from the entry at the foot, joined at each step with the sibling the log gave, up to the
 * root at the head. A sibling on the left stands for entries before this one, on the right for entries after it; all of them
 * and this one are the log. The table of steps on the same page says the same in words. What this server found is drawn in
 * pencil; the reader's own browser draws what it found itself in its place, in ink.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { AuditStep } from '#lib/verify/audit-trail.ts';
import { grouped, plural } from '../ui/time.ts';

/** About as wide as a phone, so that the letters there are no smaller than drawn. */
const width = 348;
const rise = 58;
const box = { width: 108, height: 38 };
const walkX = width / 2;
const offset = walkX - box.width / 2 - 2;
/** Where the sibling’s line turns into the walk. */
const bend = 7;

export interface DrawnPath {
  readonly leafHash: Uint8Array;
  readonly steps: readonly AuditStep[];
  readonly index: bigint;
  readonly size: bigint;
}

export type Drawer = 'server' | 'browser';

interface Shown {
  readonly path: DrawnPath;
  readonly by: Drawer;
}

export function AuditPath({ path: { leafHash, steps, size }, by }: Shown) {
  const height = steps.length * rise + box.height + 4;
  const y = (step: number) => height - 2 - box.height / 2 - step * rise;
  const walk = walkOf(leafHash, steps);
  return (
    <svg
      className={`path ${by === 'server' ? 'pencil' : 'ink'}`}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {steps.map((step, at) => (
        <Join key={toHex(step.sibling)} step={step} from={y(at)} to={y(at + 1)} />
      ))}
      {walk.map(({ hash, covers }, at) => {
        const isRoot = at === walk.length - 1;
        return (
          <Node
            key={toHex(hash)}
            x={walkX}
            y={y(at)}
            hash={hash}
            words={
              isRoot
                ? `all ${few(size)}: the root`
                : at === 0
                  ? 'this entry'
                  : plural(covers, 'entry', 'entries')
            }
            look={isRoot ? 'reached' : at === 0 ? 'own' : 'made'}
          />
        );
      })}
    </svg>
  );
}

/** What the drawing shows, and who drew it. */
export function PathWords({ path: { steps, index, size }, by }: Shown) {
  const here = by === 'server' ? 'computed by us' : 'computed by this browser';
  return (
    <div className={`path-words ${by === 'server' ? 'pencil' : 'ink'}`}>
      <p>
        Entry {grouped(index)}, joined with {plural(steps.length, 'hash', 'hashes')} from the log, gives the
        signed root of {plural(size, 'entry', 'entries')}. Change one letter of it and another root comes out.
      </p>
      <ul className="path-key">
        <li className="key-made">{here}, from what is below it</li>
        <li className="key-given">
          given by the log: on the left what came before, on the right what came after
        </li>
        <li className="key-reached">{here}, and the very root that the log signed</li>
      </ul>
    </div>
  );
}

/** What is computed on the way up, each with how many entries it stands for. */
function walkOf(leafHash: Uint8Array, steps: readonly AuditStep[]): { hash: Uint8Array; covers: bigint }[] {
  let covers = 1n;
  return [
    { hash: leafHash, covers },
    ...steps.map(({ parent, siblingCovers }) => ({ hash: parent, covers: (covers += siblingCovers) })),
  ];
}

function Join({ step, from, to }: { step: AuditStep; from: number; to: number }) {
  const isLeft = step.siblingSide === 'left';
  const x = isLeft ? walkX - offset : walkX + offset;
  const turn = isLeft ? bend : -bend;
  const middle = (from + to) / 2;
  return (
    <g>
      <path d={`M${x} ${from} V${middle + bend} q0 ${-bend} ${turn} ${-bend} H${walkX}`} />
      <line className="walk" x1={walkX} y1={from} x2={walkX} y2={to} />
      <circle className="joined" cx={walkX} cy={middle} r="3.5" />
      <Node
        x={x}
        y={from}
        hash={step.sibling}
        words={`${few(step.siblingCovers)} ${isLeft ? 'before' : 'after'}`}
        look="given"
      />
    </g>
  );
}

interface NodeShown {
  readonly x: number;
  readonly y: number;
  readonly hash: Uint8Array;
  readonly words: string;
  readonly look: 'given' | 'made' | 'own' | 'reached';
}

function Node({ x, y, hash, words, look }: NodeShown) {
  const text = toHex(hash);
  return (
    <g className={look}>
      <rect x={x - box.width / 2} y={y - box.height / 2} width={box.width} height={box.height} rx="2" />
      <text x={x} y={y - 3} textAnchor="middle">
        {text.slice(0, 5)}…{text.slice(-5)}
      </text>
      <text className="covers" x={x} y={y + 12} textAnchor="middle">
        {words}
      </text>
    </g>
  );
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Exact where it fits its box. */
function few(count: bigint): string {
  return count < 1_000_000n ? grouped(count) : `~${short.format(count)}`;
}
