/**
 * Several answers at once, each of the size that nearly all have; one that is larger is read alone and to the full size a
 * log may answer with. So what is held at a time is bounded by one such answer, however many are asked for.
 */
import { SourceError } from './log-source.ts';

/** The entries of the parts, in order, as far as was read: at least those of the first. */
export async function readAtOnce<P, T>(
  parts: readonly [P, ...P[]],
  read: (part: P) => Promise<readonly T[]>,
  readAlone: (part: P) => Promise<T[]>,
): Promise<T[]> {
  const answers = await Promise.all(parts.map((part) => read(part).catch(undefinedIfTooLarge)));
  if (answers[0] === undefined) return readAlone(parts[0]);
  const tooLarge = answers.indexOf(undefined);
  return answers.slice(0, tooLarge === -1 ? undefined : tooLarge).flatMap((answer) => answer ?? []);
}

function undefinedIfTooLarge(error: unknown): undefined {
  if (!(error instanceof SourceError) || error.code !== 'too-large') throw error;
}

/** `count` parts from `first` on; one at least. */
export function partsFrom(first: bigint, count: number): [bigint, ...bigint[]] {
  return [first, ...Array.from({ length: Math.max(count - 1, 0) }, (_, at) => first + BigInt(at + 1))];
}
