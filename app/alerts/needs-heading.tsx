/** The first thing a person who watches wants to know, in the same words wherever it is said. */
import { Time } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import type { Needs } from './store.ts';

export function NeedsHeading({ needs: { open, quietSince } }: { needs: Needs }) {
  if (open > 0) return `Needs you: ${plural(open, 'event')}`;
  if (quietSince === undefined) return 'Nothing needs an answer';
  return (
    <>
      All quiet since <Time at={quietSince} />
    </>
  );
}
