import type { z } from 'zod';
import type { freezeAnswer } from './schemas.ts';
import type { ShownFreeze } from './store.ts';

export function freezeJson(freeze: ShownFreeze): z.infer<typeof freezeAnswer> {
  const { id, teamId, kind, value, reason, madeBy, createdAt, liftedAt, liftedBy } = freeze;
  return {
    id,
    team: teamId,
    kind,
    value,
    reason,
    madeBy,
    createdAt: createdAt.toISOString(),
    liftedAt: liftedAt?.toISOString() ?? null,
    liftedBy,
  };
}
