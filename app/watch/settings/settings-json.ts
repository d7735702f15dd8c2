/** One watch as programs read it: the same that its page shows, without the secrets. */
import type { z } from 'zod';
import { ruleSentence } from '#lib/rules/owner-rule.ts';
import type { Dependencies } from '../../dependencies.ts';
import { frozenSince } from '../../freezes/store.ts';
import { listBlindOfWatch } from '../../logs/blind-store.ts';
import type { OwnWatch } from './asked.ts';
import type { ShownChannel } from './channels.ts';
import { feedAddress } from './feed.ts';
import { readPace } from './pace.ts';
import type { ShownProposal, ShownRule } from './rules.ts';
import type { channelAnswer, rulesAnswer, settingsAnswer } from './schemas.ts';

export async function settingsJson(
  deps: Dependencies,
  watch: OwnWatch,
): Promise<z.infer<typeof settingsAnswer>> {
  const [pace, feed, frozen, blind] = await Promise.all([
    readPace(deps, watch),
    feedAddress(deps, watch),
    frozenSince(deps, watch.value),
    listBlindOfWatch(deps, watch.id),
  ]);
  return {
    ...pace,
    feed: feed !== undefined,
    frozenSince: frozen?.toISOString() ?? null,
    blind: blind.map(({ logId, fromAt, untilAt, reason }) => ({
      log: logId,
      from: fromAt.toISOString(),
      until: untilAt.toISOString(),
      reason,
    })),
  };
}

export function rulesJson(
  rules: readonly ShownRule[],
  proposals: readonly ShownProposal[],
): z.infer<typeof rulesAnswer> {
  return {
    rules: rules.map(({ expiresAt, lastHit, ...rule }) => ({
      ...rule,
      expiresAt: expiresAt.toISOString(),
      lastHit: lastHit?.toISOString() ?? null,
    })),
    proposals: proposals.map(({ rule, signatures, caution, would }) => ({
      rule,
      sentence: ruleSentence(rule),
      signatures,
      caution: caution ?? null,
      would: { ...would },
    })),
  };
}

export function channelJson({
  id,
  kind,
  told,
  url,
  publicKey,
  isOff,
  isWaiting,
}: ShownChannel): z.infer<typeof channelAnswer> {
  return {
    id,
    kind,
    told: told === 'second' ? 'second' : 'at-once',
    place: kind === 'mail' ? url : new URL(url).origin,
    publicKey,
    state: isWaiting ? 'waiting' : isOff ? 'off' : 'on',
  };
}
