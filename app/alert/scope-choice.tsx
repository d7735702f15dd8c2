import { Stranger } from '../ui/text.tsx';
import type { OfferedScope } from './mine-scope.ts';

/** Below the two answers: the first of them, and more than this one signature with it. */
export function ScopeChoice({
  offered,
  fields,
}: {
  offered: readonly OfferedScope[];
  /** What the form says besides how far the answer goes. */
  fields: Readonly<Record<string, string>>;
}) {
  if (offered.length === 0) return null;
  return (
    <details>
      <summary>It was me, and so is more than this one</summary>
      <form method="post" className="stack">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <ul className="rows">
          {offered.map(({ scope, label, sentence }) => (
            <li key={scope} className="scope">
              <button type="submit" name="scope" value={scope} className="second">
                {label}
              </button>
              <p className="hint" id={`scope-${scope}`}>
                <Stranger text={sentence} />
              </p>
            </li>
          ))}
        </ul>
        <p className="hint">
          You then see the rule for those to come, with what it would have hidden, and accept it or not. It
          hides no contradiction.
        </p>
      </form>
    </details>
  );
}
