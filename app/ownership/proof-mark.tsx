import type { Ownership } from '../account/ownership/store.ts';
import { Mark } from '../ui/mark.tsx';

export function ProofMark({ ownership: { provenAt, failingSince, contestedAt } }: { ownership: Ownership }) {
  if (provenAt === undefined) return <Mark tone="quiet" word="Not proven yet" />;
  if (contestedAt !== undefined) return <Mark tone="warn" word="Proven, contested" />;
  return failingSince === undefined ? (
    <Mark tone="good" word="Proven" />
  ) : (
    <Mark tone="warn" word="Proven, failing" />
  );
}
