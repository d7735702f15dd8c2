/** What was said of an alert, as a shape and a word. */
import { Mark, type Tone } from '../ui/mark.tsx';

export const answerWords: Readonly<Record<string, string>> = {
  open: 'Open',
  acknowledged: 'Seen, being looked into',
  mine: 'This was me',
  'not-mine': 'This wasn’t me',
  resolved: 'Closed',
  reopened: 'Opened again',
  'auto-expected': 'Expected by a rule',
};

const tones: Readonly<Record<string, Tone>> = {
  open: 'warn',
  acknowledged: 'notable',
  mine: 'good',
  'not-mine': 'bad',
  resolved: 'quiet',
  'auto-expected': 'good',
};

export function AnswerMark({ answer }: { answer: string }) {
  return <Mark tone={tones[answer] ?? 'quiet'} word={answerWords[answer] ?? answer} />;
}
