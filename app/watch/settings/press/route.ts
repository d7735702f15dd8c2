import { z } from 'zod';
import { ownerRuleSchema } from '#lib/rules/owner-rule.ts';
import { dependencies } from '../../../dependencies.ts';
import { readForm, seeOther } from '../../../form.ts';
import { findOwnWatch } from '../asked.ts';
import { acceptRule, endRule } from '../rules.ts';

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
  z.strictObject({ act: z.literal('end'), id: z.uuid() }),
]);

export async function POST(request: Request): Promise<Response> {
  const deps = dependencies();
  const watch = await findOwnWatch(deps, new URL(request.url).searchParams);
  if (watch === undefined) return seeOther('/watch/settings');
  const pressed = await readForm(request, form);
  if (pressed?.act === 'accept') await acceptRule(deps, watch, pressed.rule);
  if (pressed?.act === 'end') await endRule(deps, watch, pressed.id);
  return seeOther(`/watch/settings?${watch.query}`);
}
