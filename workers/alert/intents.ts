/**
 * Which signatures of a batch were announced, in the transaction of the batch. An intent is locked while it is used and
 * each use is a row, so that two workers never use the last one twice; one signature in two logs is one use.
 */
import { evaluate } from '#lib/rules/evaluate.ts';
import { announces, type Intent } from '#lib/rules/intent.ts';
import { signedAt, type Facts } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import type { KeptRule } from '#lib/rules/owner-rule.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { readRules } from './read-rules.ts';

const readIntents = namedSql('alert-live-intents');

interface LiveIntent extends Intent {
  readonly id: string;
  readonly teamId: string;
  /** What it was used for. */
  readonly uses: Set<string>;
}

interface Asked {
  readonly watchId: string;
  readonly facts: Facts;
}

interface NewUse {
  readonly intentId: string;
  readonly useKey: string;
  readonly logId: string;
  readonly index: string;
}

/** The same facts, with what the intents of their teams say of them. */
export async function withIntents(transaction: Transaction, asked: readonly Asked[]): Promise<Facts[]> {
  const watches = await readWatches(transaction, asked);
  if (watches.size === 0) return asked.map(({ facts }) => facts);
  const intents = await readLive(transaction, watches, asked);
  const rules = await readRules(transaction, [...watches.keys()]);
  const uses: NewUse[] = [];
  const judged = asked.map(({ watchId, facts }) => {
    const watch = watches.get(watchId);
    if (watch === undefined || !isGenuine(facts)) return facts;
    // An announcement is the owner's: what is known to be another repository of the name uses none of it.
    const own = isOfAnother(facts, rules.get(watchId))
      ? []
      : intents.filter(({ teamId }) => teamId === watch.teamId);
    const used = use(own, facts, uses);
    if (used !== undefined) return { ...facts, intent: used };
    return watch.required ? { ...facts, intent: { state: 'missing' as const } } : facts;
  });
  await keep(transaction, uses);
  return judged;
}

function use(intents: readonly LiveIntent[], facts: Facts, uses: NewUse[]): Facts['intent'] | undefined {
  const { logId, index, certificate } = facts;
  const at = Date.parse(signedAt(facts));
  const useKey = certificate === null ? `${logId}/${index}` : `${certificate.serial} ${facts.digest ?? ''}`;
  const fitting = intents.filter((intent) => announces(intent, facts, at));
  const found =
    fitting.find(({ uses: known }) => known.has(useKey)) ??
    fitting.find(({ uses: known, wanted }) => known.size < wanted);
  if (found === undefined) return undefined;
  if (!found.uses.has(useKey)) uses.push({ intentId: found.id, useKey, logId, index });
  found.uses.add(useKey);
  return { state: 'announced', number: String(found.number), used: found.uses.size, wanted: found.wanted };
}

const isGenuine = ({ event, trust, lookAlike }: Facts): boolean =>
  event === 'signature' && (trust === 'trusted' || trust === 'none') && lookAlike === null;

const ofAnother: ReadonlySet<string> = new Set(['repository-not-proven', 'repository-id-changed']);

/** By a proof, by the owner's rules, or else by who signed first in the name. */
function isOfAnother(facts: Facts, rules: readonly KeptRule[] = []): boolean {
  const { verdict, reasons } = evaluate(facts, rules);
  return verdict === 'contradiction' || reasons.some(({ rule }) => ofAnother.has(rule));
}

interface WatchOfTeam {
  readonly teamId: string;
  readonly required: boolean;
}

async function readWatches(
  transaction: Transaction,
  asked: readonly Asked[],
): Promise<Map<string, WatchOfTeam>> {
  const rows = await transaction<{ id: string; team_id: string; intents: boolean }[]>`
    SELECT id, team_id, intents FROM account_watch
    WHERE id = ANY(${[...new Set(asked.map(({ watchId }) => watchId))]}::uuid[]) AND team_id IS NOT NULL`;
  return new Map(rows.map(({ id, team_id: teamId, intents }) => [id, { teamId, required: intents }]));
}

interface Row {
  readonly id: string;
  readonly number: bigint;
  readonly team_id: string;
  readonly source: string;
  readonly digest: string | null;
  readonly wanted: number;
  readonly ref: string | null;
  readonly workflow: string | null;
  readonly created_at: Date;
  readonly until: Date;
  readonly uses: string[];
}

async function readLive(
  transaction: Transaction,
  watches: ReadonlyMap<string, WatchOfTeam>,
  asked: readonly Asked[],
): Promise<LiveIntent[]> {
  const sources = asked.flatMap(({ facts: { source, identity } }) => [
    identity,
    ...(source === null ? [] : [source]),
  ]);
  const teams = [...watches.values()].map(({ teamId }) => teamId);
  const rows = await transaction.unsafe<Row[]>(readIntents, [[...new Set(teams)], [...new Set(sources)]]);
  return rows.map(
    ({ team_id: teamId, created_at: createdAt, until, digest, ref, workflow, uses, ...rest }) => ({
      ...rest,
      teamId,
      digest: digest ?? undefined,
      ref: ref ?? undefined,
      workflow: workflow ?? undefined,
      createdAt: createdAt.getTime(),
      until: until.getTime(),
      uses: new Set(uses),
    }),
  );
}

async function keep(transaction: Transaction, uses: readonly NewUse[]): Promise<void> {
  if (uses.length === 0) return;
  await transaction`
    INSERT INTO alert_intent_use (intent_id, use_key, log_id, entry_index)
    SELECT * FROM unnest(${uses.map(({ intentId }) => intentId)}::uuid[], ${uses.map(({ useKey }) => useKey)}::text[],
      ${uses.map(({ logId }) => logId)}::text[], ${uses.map(({ index }) => index)}::bigint[])
    ON CONFLICT DO NOTHING`;
}
