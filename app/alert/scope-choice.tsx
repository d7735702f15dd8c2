import { Stranger } from '../ui/text.tsx';
import type { OfferedScope } from './mine-scope.ts';

/** Which signatures the answer is for; a rule is shown and tried before it is kept. */
export function ScopeChoice({ offered }: { offered: readonly OfferedScope[] }) {
  if (offered.length === 0) return null;
  return (
    <fieldset>
      <legend>If it was, what is true of more than this one?</legend>
      <p className="choice">
        <input type="radio" name="scope" id="scope-this" value="this" defaultChecked />
        <label htmlFor="scope-this">This signature alone</label>
      </p>
      {offered.map(({ scope, label, sentence }) => (
        <p key={scope} className="choice">
          <input type="radio" name="scope" id={`scope-${scope}`} value={scope} />
          <label htmlFor={`scope-${scope}`}>
            {label}{' '}
            <span className="hint">
              <Stranger text={sentence} />
            </span>
          </label>
        </p>
      ))}
      <p className="hint">
        A rule is shown with what it would have hidden before you accept it, and hides no contradiction.
      </p>
    </fieldset>
  );
}
