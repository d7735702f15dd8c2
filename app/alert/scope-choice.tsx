import { Stranger } from '../ui/text.tsx';
import type { OfferedScope } from './mine-scope.ts';

/** Which signatures the answer is for; a rule is shown and tried before it is kept. */
export function ScopeChoice({ offered }: { offered: readonly OfferedScope[] }) {
  if (offered.length === 0) return null;
  return (
    <fieldset>
      <legend>How far does that go?</legend>
      <p>
        <label>
          <input type="radio" name="scope" value="this" defaultChecked /> This signature alone
        </label>
      </p>
      {offered.map(({ scope, label, sentence }) => (
        <p key={scope}>
          <label>
            <input type="radio" name="scope" value={scope} /> {label}
          </label>{' '}
          <span className="hint">
            (<Stranger text={sentence} />)
          </span>
        </p>
      ))}
      <p className="hint">
        You see next what such a rule would have hidden, and until when it holds, before you accept it. It
        never hides a contradiction.
      </p>
    </fieldset>
  );
}
