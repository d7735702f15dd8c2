/** A name that a person gives: to themselves, a team, a key. What is too long is said and never cut. */
export const longestName = 80;

export type NameProblem = 'empty' | 'long';

export function nameProblem(name: string, { mayBeEmpty = false } = {}): NameProblem | undefined {
  const { length } = name.trim();
  if (length === 0) return mayBeEmpty ? undefined : 'empty';
  return length > longestName ? 'long' : undefined;
}

export function nameProblemWords(name: string, problem: NameProblem, example: string): string {
  return problem === 'empty'
    ? `It needs a name. It could be ${example}.`
    : `That is ${name.trim().length} letters; a name has at most ${longestName}. Nothing was changed.`;
}
