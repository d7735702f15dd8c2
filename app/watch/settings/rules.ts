/** The owner's rules of a watch, what its past suggests, and what a rule would have hidden. */
import { randomUUID } from 'node:crypto';
import { learnBaseline, type Proposal } from '#lib/rules/baseline.ts';
import { dryRun, type DryRun } from '#lib/rules/dry-run.ts';
import { factsSchema } from '#lib/rules/facts.ts';
import type { PastSigning } from '#lib/rules/history.ts';
import { longestRuleMs, ownerRuleSchema, ruleSentence, type OwnerRule } from '#lib/rules/owner-rule.ts';
import { pastNameOf } from './past-name.ts';
import { verdicts } from '#lib/rules/verdict.ts';
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

export interface ShownRule {
  readonly id: string;
  readonly rule: OwnerRule;
  readonly sentence: string;
  readonly owner: string;
  readonly expiresAt: Date;
  readonly hits: number;
  readonly lastHit: Date | undefined;
}

export interface ShownProposal extends Proposal {
  readonly would: DryRun;
}

type Reads = Pick<Dependencies, 'prisma' | 'sql' | 'statement' | 'now'>;

const signaturesLookedAt = 1_000;
const alertsLookedAt = 1_000;
const mostRules = 100;

export async function readRules(
  { prisma, sql, now }: Reads,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<ShownRule[]> {
  const rules = await prisma.accountRule.findMany({
    where: { watchId: id, endedAt: null, expiresAt: { gt: now() } },
    orderBy: { createdAt: 'asc' },
  });
  const hits = await sql<{ rule_id: string; hits: number; last: Date }[]>`
    SELECT rule_id, count(*)::int AS hits, max(happened_at) AS last FROM alert_alert
    WHERE watch_id = ${id} AND rule_id IS NOT NULL GROUP BY rule_id`;
  return rules.flatMap((row) => {
    const rule = ownerRuleSchema.safeParse(row.rule).data;
    const hit = hits.find(({ rule_id: ruleId }) => ruleId === row.id);
    if (rule === undefined) return [];
    const { owner, expiresAt } = row;
    return [
      {
        id: row.id,
        rule,
        sentence: ruleSentence(rule),
        owner,
        expiresAt,
        hits: hit?.hits ?? 0,
        lastHit: hit?.last,
      },
    ];
  });
}

/** What a rule would have done to the alerts of this watch. */
export async function tryRule(deps: Reads, watch: OwnWatch, rule: OwnerRule): Promise<DryRun> {
  return dryRun(rule, await readAlerts(deps, watch));
}

/** What is not covered by a rule already. */
export async function readProposals(deps: Reads, watch: OwnWatch): Promise<ShownProposal[]> {
  const { name, isOf } = pastNameOf(watch);
  const rows = await deps.sql.unsafe<Row[]>(deps.statement('match-history'), [
    [name],
    '',
    '0',
    String(signaturesLookedAt),
  ]);
  const past = await readAlerts(deps, watch);
  const accepted = new Set((await readRules(deps, watch)).map(({ sentence }) => sentence));
  return learnBaseline(rows.map(pastSigning).filter(isOf))
    .proposals.filter(({ rule }) => !accepted.has(ruleSentence(rule)))
    .map((proposal) => ({ ...proposal, would: dryRun(proposal.rule, past) }));
}

type Row = {
  readonly value: string;
  readonly at: Date;
  readonly issuer: string | null;
  readonly source: string | null;
  readonly key_type: string | null;
};

function pastSigning({ at, issuer, source, key_type: keyType, ...claims }: Row): PastSigning {
  const said = Object.entries(claims).filter(([name, text]) => text !== null && name !== 'value');
  return {
    at: at.getTime(),
    issuer: issuer ?? '',
    source: source ?? '',
    claims: Object.fromEntries(said),
    keyType: keyType ?? undefined,
  };
}

async function readAlerts({ prisma }: Reads, { id }: OwnWatch) {
  const rows = await prisma.alertAlert.findMany({
    where: { watchId: id },
    orderBy: { createdAt: 'desc' },
    take: alertsLookedAt,
    select: { facts: true, verdict: true },
  });
  return rows.flatMap(({ facts, verdict }) => {
    const read = factsSchema.safeParse(facts).data;
    const known = verdicts.find((name) => name === verdict);
    return read === undefined || known === undefined ? [] : [{ facts: read, verdict: known }];
  });
}

/** Its id; undefined when there are too many already. A rule that replaces another ends it in the same moment. */
export async function acceptRule(
  transaction: Transaction,
  { now }: Pick<Reads, 'now'>,
  watch: Pick<OwnWatch, 'id' | 'who'>,
  rule: OwnerRule,
  {
    days = 180,
    replaces,
  }: { readonly days?: number | undefined; readonly replaces?: string | undefined } = {},
): Promise<string | undefined> {
  const [known] = await transaction<{ rules: number }[]>`
    SELECT count(*)::int AS rules FROM account_rule WHERE watch_id = ${watch.id} AND ended_at IS NULL`;
  if ((known?.rules ?? 0) >= mostRules) return undefined;
  if (replaces !== undefined) await endRule(transaction, watch, replaces);
  const expiresAt = new Date(now().getTime() + Math.min(days * 86_400_000, longestRuleMs));
  const id = randomUUID();
  await transaction`
    INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
    VALUES (${id}, ${watch.id}, ${transaction.json(rule)}, ${watch.who.by}, ${expiresAt})`;
  return id;
}

/** Ended, not deleted: what it hid stays explained. */
export async function endRule(
  transaction: Transaction,
  { id }: Pick<OwnWatch, 'id'>,
  ruleId: string,
): Promise<boolean> {
  const ended = await transaction`
    UPDATE account_rule SET ended_at = now() WHERE id = ${ruleId} AND watch_id = ${id} AND ended_at IS NULL`;
  return ended.count > 0;
}
