import { z } from 'zod';
import { ownerRuleSchema } from '#lib/rules/owner-rule.ts';
import { dependencies, type Dependencies } from '../../../dependencies.ts';
import { readForm, seeOther } from '../../../form.ts';
import { recordAct, type Act } from '../../../account/audit.ts';
import { findOwnWatch, type OwnWatch } from '../asked.ts';
import { renewFeed } from '../feed.ts';
import { paceForm, setPace } from '../pace.ts';
import { acceptRule, endRule } from '../rules.ts';
import { actOnChannel, addChannel, channelKinds, replayDelivery } from '../channels.ts';

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

export async function POST(request: Request): Promise<Response> {
  const deps = dependencies();
  const watch = await findOwnWatch(deps, new URL(request.url).searchParams, request.headers);
  if (watch === undefined) return seeOther('/watch/settings');
  const pressed = await readForm(request, form);
  if (pressed !== undefined) await act(deps, watch, pressed);
  return seeOther(`/watch/settings?${watch.query}`);
}

/** For watches without a team nobody keeps a record. */
async function recordFor(deps: Dependencies, { id, teamId, who }: OwnWatch, act: Act): Promise<void> {
  if (teamId !== null) await recordAct(deps.sql, { teamId, actor: who.actor, act, subject: id });
}

async function act(deps: Dependencies, watch: OwnWatch, pressed: z.infer<typeof form>): Promise<void> {
  switch (pressed.act) {
    case 'accept':
      await acceptRule(deps, watch, pressed.rule, pressed);
      return recordFor(deps, watch, 'rule.accepted');
    case 'pace':
      await setPace(deps, watch, pressed);
      return recordFor(deps, watch, 'watch.changed');
    case 'end':
      await endRule(deps, watch, pressed.id);
      return recordFor(deps, watch, 'rule.ended');
    case 'add-channel':
      await addChannel(deps, watch, pressed);
      return recordFor(deps, watch, 'channel.added');
    case 'renew-feed':
      return renewFeed(deps, watch);
    case 'replay':
      return replayDelivery(deps, watch, pressed.id);
    case 'test':
    case 'rotate':
    case 'enable':
    case 'remove':
      await actOnChannel(deps, watch, pressed.id, pressed.act);
      if (pressed.act !== 'test')
        await recordFor(deps, watch, pressed.act === 'remove' ? 'channel.ended' : 'channel.changed');
      return;
  }
}
