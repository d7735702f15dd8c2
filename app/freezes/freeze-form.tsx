/** The form for a freeze, with what stands in its way said at the field. */
import type { Owned } from '../account/ownership/owned.ts';
import { Stranger } from '../ui/text.tsx';

/** A proof: the one that lacks. */
export type FreezeProblem = Owned | 'no-name' | 'no-proof' | 'unreached';

interface Shown {
  readonly identity: string;
  readonly reason: string;
  readonly problem: FreezeProblem | undefined;
}

export function FreezeForm({ identity, reason, problem }: Shown) {
  const isWrong = problem !== undefined;
  return (
    <form method="post" className="stack">
      <input type="hidden" name="act" value="freeze" />
      <p className="field">
        <label htmlFor="identity">E-mail address, repository or URI</label>
        <input
          id="identity"
          name="identity"
          type="text"
          required
          defaultValue={identity}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'identity-problem' : undefined}
        />
        {isWrong && (
          <span id="identity-problem" className="problem" role="alert">
            <Problem problem={problem} />
          </span>
        )}
      </p>
      <p className="field">
        <label htmlFor="reason">Why</label>
        <input id="reason" name="reason" type="text" maxLength={500} defaultValue={reason} />
      </p>
      <button type="submit">Freeze it</button>
    </form>
  );
}

function Problem({ problem }: { problem: FreezeProblem }) {
  switch (problem) {
    case 'no-name':
      return 'That is no e-mail address, repository or URI. It should look like github.com/acme/app.';
    case 'no-proof':
      return 'Only its proven owner can freeze a name, and a name of this kind cannot be proven here.';
    case 'unreached':
      return 'The certificate authority could not be reached: nothing was changed. Press it again in a moment.';
  }
  const proof = new URLSearchParams({ kind: problem.kind, name: problem.value }).toString();
  return (
    <>
      Not frozen yet: you have not proved that this name is yours.{' '}
      <a href={`/ownership?${proof}`}>
        Prove <Stranger text={problem.value} />
      </a>
      , and the page of the proof leads back here.
    </>
  );
}
