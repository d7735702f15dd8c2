/** A field for a name, with what is wrong with the one that was typed. A paste that is too long arrives whole, to be said so. */
import { nameProblemWords, type NameProblem } from '../account/given-name.ts';

interface Asked {
  readonly label: string;
  readonly value: string;
  readonly problem: NameProblem | undefined;
  readonly example: string;
  readonly act: string;
  readonly button: string;
  readonly autoComplete?: 'name' | undefined;
  readonly mayBeEmpty?: boolean;
}

export function NameForm({
  label,
  value,
  problem,
  example,
  act,
  button,
  autoComplete,
  mayBeEmpty = false,
}: Asked) {
  return (
    <form method="post" className="ask">
      <input type="hidden" name="act" value={act} />
      <label htmlFor="name">{label}</label>
      <input
        id="name"
        name="name"
        type="text"
        required={!mayBeEmpty}
        placeholder={example}
        defaultValue={value}
        autoComplete={autoComplete}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : 'name-problem'}
      />
      <button type="submit">{button}</button>
      {problem !== undefined && (
        <p id="name-problem" className="problem" role="alert">
          {nameProblemWords(value, problem, example)}
        </p>
      )}
    </form>
  );
}
