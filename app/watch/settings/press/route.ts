import { z } from 'zod';
import type { Transaction } from '#lib/server/database.ts';
import { ownerRuleSchema } from '#lib/rules/owner-rule.ts';
import { dependencies, type Dependencies } from '../../../dependencies.ts';
import { askAgain, readForm, seeOther } from '../../../form.ts';
import type { Act } from '../../../account/audit.ts';
import { findOwnWatch, type OwnWatch } from '../asked.ts';
import { renewFeed } from '../feed.ts';
import { paceForm, setPace } from '../pace.ts';
import { recordFor } from '../record.ts';
import { acceptRule, endRule } from '../rules.ts';
import { actOnChannel, addChannel, replayDelivery, type Outcome } from '../channel-acts.ts';
import type { ChannelRefusal } from '../channel-refusal.ts';
import { channelKinds } from '../channels.ts';
import { maySetByLink, tellOfChange } from '../link-notice.ts';
import { testWatch } from '../test-watch.ts';
import { endWatch } from '../../../watches/store.ts';

const ruleText = z
  .string()
  .max(4096)
  .transform((text, context) => {
    try {
      return ownerRuleSchema.parse(JSON.parse(text));
    } catch {
      context.addIssue('not a rule');
      return z.NEVER;
    }
  });

const form = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('accept'),
    rule: ruleText,
    days: z.coerce.number().int().min(1).max(180).optional(),
    replaces: z.uuid().optional(),
  }),
  paceForm,
  z.strictObject({ act: z.literal('renew-feed') }),
  z.strictObject({ act: z.literal('test-watch') }),
  z.strictObject({ act: z.literal('stop') }),
  z.strictObject({
    act: z.literal('add-channel'),
    kind: z.enum(channelKinds),
    url: z.string().trim().max(2048),
    routingKey: z
      .string()
      .trim()
      .max(200)
      .transform((text) => (text === '' ? undefined : text))
      .optional(),
    told: z.enum(['at-once', 'second']).optional(),
  }),
  z.strictObject({
    act: z.enum(['end', 'test', 'rotate', 'enable', 'remove', 'replay']),
    id: z.uuid(),
  }),
]);

/** A mailed link has a button of its own that stops the watch. */
const forMembers: ReadonlySet<string> = new Set(['renew-feed', 'stop']);

export async function POST(request: Request): Promise<Response> {
  const deps = dependencies();
  const watch = await findOwnWatch(deps, new URL(request.url).searchParams, request.headers);
  if (watch === undefined) return seeOther(`/watch/settings${new URL(request.url).search}`);
  const pressed = await readForm(request, form);
  if (pressed === undefined && watch.byLink) return askAgain(`/watch/settings?${watch.query}`);
  let refused: Refused['refused'] | undefined;
  if (pressed !== undefined && !(watch.byLink && forMembers.has(pressed.act))) {
    const client = request.headers.get('x-sigwatch-client') ?? 'unknown';
    await deps.sql.begin(async (transaction) => {
      if (watch.byLink && !(await maySetByLink(transaction, deps, watch))) return;
      const act = await done(transaction, deps, { ...watch, client }, pressed);
      if (typeof act === 'object') refused = act.refused;
      if (typeof act !== 'string') return;
      await recordFor(transaction, watch, act);
      if (watch.byLink) await tellOfChange(transaction, deps, watch, act);
    });
  }
  if (pressed?.act === 'stop' && !watch.byLink) return seeOther('/watches');
  return seeOther(`/watch/settings?${watch.query}${refused === undefined ? '' : `&channel=${refused}`}`);
}

interface Refused {
  readonly refused: ChannelRefusal | 'too-often';
}

const refusedBy = (outcome: Outcome): Refused | undefined =>
  outcome === 'too-often' ? { refused: outcome } : undefined;

/** Does it; what is to be recorded of it, in the same transaction. */
async function done(
  transaction: Transaction,
  deps: Dependencies,
  watch: OwnWatch & { readonly client: string },
  pressed: z.infer<typeof form>,
): Promise<Act | Refused | undefined> {
  const when = (happened: boolean, act: Act): Act | undefined => (happened ? act : undefined);
  switch (pressed.act) {
    case 'accept':
      return when(
        (await acceptRule(transaction, deps, watch, pressed.rule, pressed)) !== undefined,
        'rule.accepted',
      );
    case 'pace':
      return when(await setPace(transaction, watch, pressed), 'watch.changed');
    case 'end':
      return when(await endRule(transaction, watch, pressed.id), 'rule.ended');
    case 'add-channel': {
      const added = await addChannel(transaction, deps, watch, { ...pressed, client: watch.client });
      return 'id' in added ? 'channel.added' : added;
    }
    case 'renew-feed':
      await renewFeed(transaction, deps, watch);
      return 'watch.changed';
    case 'stop':
      return when(await endWatch(transaction, watch.id), 'watch.stopped');
    case 'test-watch':
      return refusedBy(await testWatch(transaction, deps, watch));
    case 'replay':
      return refusedBy(await replayDelivery(transaction, deps, watch, pressed.id));
    case 'test':
    case 'rotate':
    case 'enable':
    case 'remove': {
      const changed = await actOnChannel(transaction, deps, watch, pressed.id, pressed.act);
      if (changed === 'too-often') return refusedBy(changed);
      return when(changed === 'changed', pressed.act === 'remove' ? 'channel.ended' : 'channel.changed');
    }
  }
}
