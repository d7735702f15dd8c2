import type { z } from 'zod';
import type { Preview } from './preview.ts';
import type { previewAnswer, teamWatchAnswer } from './schemas.ts';
import type { ListedWatch } from './store.ts';

export function watchJson(watch: ListedWatch): z.infer<typeof teamWatchAnswer> {
  const { id, teamId, kind, value, email, alerts, open, last, silence, frozen } = watch;
  return {
    id,
    team: teamId,
    kind,
    value,
    email,
    alerts,
    unanswered: open,
    lastSignature: last?.toISOString() ?? null,
    silence: last === null ? silence : null,
    frozen,
  };
}

export function previewJson(
  { kind, value }: { readonly kind: string; readonly value: string },
  { entries, most, names, latest, isPartial, isUnlisted }: Preview,
): z.infer<typeof previewAnswer> {
  return {
    kind,
    value,
    entries,
    most,
    names: [...names],
    latest: latest.map(({ logId, index, name, at }) => ({ log: logId, index, name, at: at.toISOString() })),
    partial: isPartial,
    unlisted: isUnlisted,
  };
}
