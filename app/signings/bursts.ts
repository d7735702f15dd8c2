/** Signatures that came one upon another: a release of many files, or somebody in a hurry. A reader wants their number first. */
import { signedAt, type Signing } from './signing.ts';

/** No more between two of the same burst. */
const gapMs = 60_000;
/** So many in a row are still read one by one. */
export const fewInARow = 5;

/** In the order they came; each part is one signature, or a burst. */
export function burstsIn(signings: readonly Signing[]): readonly (readonly Signing[])[] {
  const runs: Signing[][] = [];
  let last: Date | undefined;
  for (const signing of signings) {
    const at = signedAt(signing);
    const follows = last !== undefined && Math.abs(last.getTime() - at.getTime()) <= gapMs;
    const run = follows ? runs.at(-1) : undefined;
    if (run === undefined) runs.push([signing]);
    else run.push(signing);
    last = at;
  }
  return runs.flatMap((run) => (run.length > fewInARow ? [run] : run.map((one) => [one])));
}

/** From the first of them to the last, in seconds. */
export function lengthOf(burst: readonly Signing[]): number {
  const [newest, oldest] = [burst[0], burst.at(-1)];
  if (newest === undefined || oldest === undefined) return 0;
  return Math.abs(signedAt(newest).getTime() - signedAt(oldest).getTime()) / 1000;
}
