/** What was just answered, with the way back: so that no answer is given for good, with script or without. */
import { answerWords } from '../alert/answer-mark.tsx';
import type { Caller } from '../account/caller.ts';
import { dependencies } from '../dependencies.ts';
import { plural } from '../ui/time.ts';
import { standingAnswers } from './history.ts';

interface Asked {
  readonly caller: Caller;
  /** Alerts, with commas, as the press led here. */
  readonly asked: string;
  readonly here: string;
}

export async function LastSaid({ caller, asked, here }: Asked) {
  const standing = await standingAnswers(dependencies(), caller, asked.split(',').slice(0, 50));
  const [first] = standing;
  if (first === undefined) return null;
  const isOne = standing.every(({ answer }) => answer === first.answer);
  return (
    <form method="post" id="said" className="said small">
      <input type="hidden" name="here" value={here} />
      {standing.map(({ id }) => (
        <input key={id} type="hidden" name={`alert-${id}`} value="on" />
      ))}
      <output>
        {plural(standing.length, 'alert')} answered
        {isOne && `: ${answerWords[first.answer] ?? first.answer}`}.
      </output>{' '}
      <button type="submit" name="act" value="undo" className="plain">
        Take it back
      </button>
    </form>
  );
}
