/** What the owners of watches declared to be expected, as it stands now. */
import { ownerRuleSchema, type KeptRule } from '#lib/rules/owner-rule.ts';
import type { Transaction } from '#lib/server/database.ts';

/** A rule that no longer reads hides nothing. */
export async function readRules(
  transaction: Transaction,
  watches: readonly string[],
): Promise<Map<string, KeptRule[]>> {
  const rows = await transaction<{ id: string; watch_id: string; rule: unknown; expires_at: Date }[]>`
    SELECT id, watch_id, rule, expires_at FROM account_rule
    WHERE watch_id = ANY(${watches}::uuid[]) AND ended_at IS NULL AND expires_at > now()
    ORDER BY created_at, id`;
  const rules = new Map<string, KeptRule[]>(watches.map((id) => [id, []]));
  for (const { id, watch_id: watchId, rule, expires_at: expiresAt } of rows) {
    const read = ownerRuleSchema.safeParse(rule);
    if (read.success) rules.get(watchId)?.push({ id, rule: read.data, expiresAt: expiresAt.getTime() });
  }
  return rules;
}
