import type { z } from 'zod';
import type { intentAnswer } from './schemas.ts';
import type { ShownIntent } from './store.ts';

export function intentJson(intent: ShownIntent): z.infer<typeof intentAnswer> {
  const { id, number, teamId, state, source, digest, wanted, ref, workflow, madeBy, required } = intent;
  return {
    id,
    number: String(number),
    team: teamId,
    state,
    repository: source,
    digest: digest === null ? null : `sha256:${digest}`,
    count: wanted,
    left: Math.max(0, wanted - intent.used.length),
    ref,
    workflow,
    madeBy,
    createdAt: intent.createdAt.toISOString(),
    until: intent.until.toISOString(),
    required,
    used: intent.used.map(({ logId, index, at }) => ({
      log: logId,
      index: String(index),
      at: at.toISOString(),
    })),
  };
}
