import { z } from 'zod';
import { ownerRuleSchema } from '#lib/rules/owner-rule.ts';
import { dependencies, type Dependencies } from '../../../dependencies.ts';
import { readForm, seeOther } from '../../../form.ts';
import { findOwnWatch, type OwnWatch } from '../asked.ts';
import { renewFeed } from '../feed.ts';
import { acceptRule, endRule } from '../rules.ts';
import { actOnWebhook, addWebhook, replayDelivery } from '../webhooks.ts';

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
  z.strictObject({ act: z.literal('accept'), rule: ruleText }),
  z.strictObject({ act: z.literal('renew-feed') }),
  z.strictObject({ act: z.literal('add-webhook'), url: z.string().max(2048) }),
  z.strictObject({
    act: z.enum(['end', 'test', 'rotate', 'enable', 'remove', 'replay']),
    id: z.uuid(),
  }),
]);

export async function POST(request: Request): Promise<Response> {
  const deps = dependencies();
  const watch = await findOwnWatch(deps, new URL(request.url).searchParams);
  if (watch === undefined) return seeOther('/watch/settings');
  const pressed = await readForm(request, form);
  if (pressed !== undefined) await act(deps, watch, pressed);
  return seeOther(`/watch/settings?${watch.query}`);
}

async function act(deps: Dependencies, watch: OwnWatch, pressed: z.infer<typeof form>): Promise<void> {
  switch (pressed.act) {
    case 'accept':
      return acceptRule(deps, watch, pressed.rule);
    case 'end':
      return endRule(deps, watch, pressed.id);
    case 'add-webhook':
      await addWebhook(deps, watch, pressed.url);
      return;
    case 'renew-feed':
      return renewFeed(deps, watch);
    case 'replay':
      return replayDelivery(deps, watch, pressed.id);
    case 'test':
    case 'rotate':
    case 'enable':
    case 'remove':
      return actOnWebhook(deps, watch, pressed.id, pressed.act);
  }
}
