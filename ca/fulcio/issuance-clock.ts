/** The clock of the authority: it may stand, it may not go back. */
import { IssuanceError } from './issuance-error.ts';

// What a time server may correct in one go.
const toleranceMs = 60_000;

/** `read` is checked against the latest time it ever gave; a clock set back would sign for a time that has passed. */
export function issuanceClock(read: () => number): () => number {
  let latest = -Infinity;
  return () => {
    const now = read();
    if (now < latest - toleranceMs) {
      throw new IssuanceError('clock-went-back', 'The clock of this machine went back; nothing is issued.');
    }
    latest = Math.max(latest, now);
    return now;
  };
}
