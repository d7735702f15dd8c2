/** What an alert asks, and the two answers to it: of a promise that nothing came of nobody can say that it was them. */
import type { Facts } from '#lib/rules/facts.ts';
import type { Answer } from './answers.ts';

export interface Choice {
  readonly question: string;
  readonly mine: string;
  readonly aboutMine: string;
  readonly notMine: string;
  readonly aboutNotMine: string;
  /** What the first of the two is kept as. */
  readonly answer: Extract<Answer, 'mine' | 'resolved'>;
}

const signature: Choice = {
  question: 'Was it you?',
  mine: 'This was me',
  aboutMine: 'You are about to say that this was you. Look at the facts below first.',
  notMine: 'This wasn’t me',
  aboutNotMine: 'You are about to say that this wasn’t you. You then get the steps to take, in order.',
  answer: 'mine',
};

const promise: Choice = {
  question: 'Nothing was signed. Is it settled?',
  mine: 'It is settled',
  aboutMine: 'You are about to close this: nothing more is to come of what was announced.',
  notMine: 'We did not announce this',
  aboutNotMine: 'You are about to say that none of you announced this. You then get the steps to take.',
  answer: 'resolved',
};

/** What an event of several has several of: a certificate and its later use are not two signatures. */
export function partsOf(facts: Facts | undefined): string {
  if (facts?.event === 'announcement') return 'announcements';
  return facts?.event === 'issuance' ? 'parts' : 'signatures';
}

export function choiceWords(facts: Facts | undefined): Choice {
  return facts?.event === 'announcement' ? promise : signature;
}
