import type { Identity } from '#lib/identity/normalise.ts';
import { identityText } from '../find/question.ts';

/** Asks to be told. One field when the identity is an address that can be written to: its own. */
interface Shown {
  readonly identity?: Identity;
  /** It has happened before. */
  readonly again?: boolean;
  readonly problem?: string | undefined;
}

export function WatchForm({ identity, again = false, problem }: Shown) {
  const own = identity?.kind === 'email' ? identity.value : '';
  return (
    <form action="/watch" method="post" className="ask">
      {identity === undefined ? null : <input type="hidden" name="identity" value={identityText(identity)} />}
      <label htmlFor="email">{identity === undefined ? 'Your e-mail address' : 'Tell this address'}</label>
      <input
        id="email"
        name="email"
        type="email"
        required
        defaultValue={own}
        placeholder="jane@example.com"
        autoComplete="email"
        aria-describedby={problem === undefined ? 'email-hint' : 'email-problem'}
      />
      <button type="submit">
        {identity === undefined ? 'Watch it' : again ? 'Tell me of the next' : 'Tell me if it ever happens'}
      </button>
      {problem === undefined ? (
        <p id="email-hint" className="hint">
          You get one mail to confirm. Until you do, nothing else is sent.
        </p>
      ) : (
        <p id="email-problem" className="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
