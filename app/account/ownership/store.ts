/** Proofs of ownership as they are kept: asked for, proven, failing, ended. Watches of the team follow (proven_at). */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { recordAct, type Actor } from '../audit.ts';
import { AccountError } from '../account-error.ts';
import { newToken } from '../token.ts';
import { proofsThatDo, type Owned } from './owned.ts';
import { endUnlisting } from './unlisting.ts';

export const findingsSchema = z.array(z.object({ at: z.string(), said: z.string() }));
export type Findings = z.infer<typeof findingsSchema>;
const boundSchema = z.object({ repositoryId: z.string().optional(), ownerId: z.string().optional() });
export type Bound = z.infer<typeof boundSchema>;

export const methods = [
  'code',
  'login',
  'dns',
  'well-known',
  'meta',
  'role-mailbox',
  'file',
  'ci-token',
  'app-login',
  'log-entry',
] as const;
export type Method = (typeof methods)[number];

export interface Ownership extends Owned {
  readonly id: string;
  readonly teamId: string;
  readonly challenge: string;
  readonly method: Method | undefined;
  readonly bound: Bound;
  readonly findings: Findings;
  readonly createdAt: Date;
  readonly provenAt: Date | undefined;
  readonly checkedAt: Date | undefined;
  readonly failingSince: Date | undefined;
  readonly toldAt: Date | undefined;
  /** Since when somebody else's numbers stand under the name; the proof holds until it lapses. */
  readonly contestedAt: Date | undefined;
}

const mostOpen = 200;

type Row = Record<'id' | 'team_id' | 'value' | 'challenge', string> &
  Record<'proven_at' | 'checked_at' | 'failing_since' | 'told_at' | 'contested_at', Date | null> & {
    readonly kind: Owned['kind'];
    readonly method: Method | null;
    readonly bound: unknown;
    readonly findings: unknown;
    readonly created_at: Date;
  };

function asOwnership(row: Row): Ownership {
  return {
    id: row.id,
    teamId: row.team_id,
    kind: row.kind,
    value: row.value,
    challenge: row.challenge,
    method: row.method ?? undefined,
    bound: boundSchema.safeParse(row.bound).data ?? {},
    findings: findingsSchema.safeParse(row.findings).data ?? [],
    createdAt: row.created_at,
    provenAt: row.proven_at ?? undefined,
    checkedAt: row.checked_at ?? undefined,
    failingSince: row.failing_since ?? undefined,
    toldAt: row.told_at ?? undefined,
    contestedAt: row.contested_at ?? undefined,
  };
}

/** Begins, or gives what was begun. The challenge is the team's own: another's published one proves nothing here. */
export async function askOwnership(
  sql: Sql,
  { teamId, userId, owned, actor }: { teamId: string; userId: string; owned: Owned; actor: Actor },
): Promise<Ownership> {
  return sql.begin(async (transaction) => {
    await transaction`SELECT 1 FROM account_team WHERE id = ${teamId} FOR UPDATE`;
    const standing = await find(transaction, teamId, owned);
    if (standing !== undefined) return standing;
    const [open] = await transaction<{ rows: number }[]>`
      SELECT count(*)::int AS rows FROM account_ownership WHERE team_id = ${teamId} AND ended_at IS NULL`;
    if ((open?.rows ?? 0) >= mostOpen) throw new AccountError('too-many', 'That is enough for one team.');
    const id = randomUUID();
    const [row] = await transaction<Row[]>`
      INSERT INTO account_ownership (id, team_id, kind, value, challenge, asked_by)
      VALUES (${id}, ${teamId}, ${owned.kind}, ${owned.value}, ${newToken().token}, ${userId}) RETURNING *`;
    await recordAct(transaction, {
      teamId,
      actor,
      act: 'ownership.asked',
      subject: id,
      detail: { kind: owned.kind },
    });
    if (row === undefined) throw new Error('a row that was just written is gone');
    return asOwnership(row);
  });
}

async function find(
  transaction: Transaction,
  teamId: string,
  { kind, value }: Owned,
): Promise<Ownership | undefined> {
  const [row] = await transaction<Row[]>`
    SELECT * FROM account_ownership
    WHERE team_id = ${teamId} AND kind = ${kind} AND value = ${value} AND ended_at IS NULL`;
  return row && asOwnership(row);
}

export async function listOwnership(sql: Sql, teamId: string): Promise<Ownership[]> {
  const rows = await sql<Row[]>`
    SELECT * FROM account_ownership WHERE team_id = ${teamId} AND ended_at IS NULL ORDER BY kind, value`;
  return rows.map(asOwnership);
}

export async function findOwnership(
  sql: Sql,
  key: { readonly id: string } | { readonly challenge: string },
): Promise<Ownership | undefined> {
  const [row] =
    'id' in key
      ? await sql<Row[]>`SELECT * FROM account_ownership WHERE id = ${key.id} AND ended_at IS NULL`
      : await sql<Row[]>`
          SELECT * FROM account_ownership WHERE challenge = ${key.challenge} AND ended_at IS NULL`;
  return row && asOwnership(row);
}

export interface Proof {
  readonly method: Method;
  readonly bound: Bound;
  readonly findings: Findings;
}

/**
 * Proven now, by an act of somebody; of what contested it before, nothing is left. Numbers once bound stay bound: others
 * under the same name are somebody else.
 */
export async function recordProof(
  sql: Sql,
  ownership: Ownership,
  { method, bound, findings }: Proof,
  actor: Actor,
): Promise<void> {
  await sql.begin(async (transaction) => {
    const kept = { ...bound, ...ownership.bound };
    const [before] = await transaction<{ first: boolean }[]>`
      SELECT proven_at IS NULL AS first FROM account_ownership
      WHERE id = ${ownership.id} AND ended_at IS NULL FOR UPDATE`;
    await transaction`
      UPDATE account_ownership SET method = ${method}, bound = ${transaction.json(kept)},
        findings = ${transaction.json(findings)}, proven_at = coalesce(proven_at, now()), checked_at = now(),
        failing_since = NULL, told_at = NULL, contested_at = NULL, renewed_at = now()
      WHERE id = ${ownership.id} AND ended_at IS NULL`;
    if (before?.first !== true) return;
    const { id, teamId, kind } = ownership;
    const detail = { kind, method };
    await recordAct(transaction, { teamId, actor, act: 'ownership.proven', subject: id, detail });
    await followProof(transaction, teamId);
  });
}

/** Still there when we looked again: what contested the proof, if anything did, is for its owner to answer. */
export async function recordKept(
  sql: Sql,
  { id, bound: kept }: Ownership,
  { bound, findings }: Omit<Proof, 'method'>,
): Promise<void> {
  await sql`
    UPDATE account_ownership SET bound = ${sql.json({ ...bound, ...kept })},
      findings = ${sql.json(findings)}, checked_at = now(),
      failing_since = NULL, told_at = NULL
    WHERE id = ${id} AND ended_at IS NULL`;
}

/** False when it was contested already. `isTold`: it is failing from now on, and its owners hear so at once. */
export async function recordContest(
  sql: Sql,
  { id, teamId }: Ownership,
  { findings, isTold }: { readonly findings: Findings; readonly isTold: boolean },
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const contested = await transaction`
      UPDATE account_ownership SET contested_at = now(), findings = ${transaction.json(findings)},
        failing_since = CASE WHEN ${isTold} THEN coalesce(failing_since, now()) ELSE failing_since END,
        told_at = CASE WHEN ${isTold} THEN coalesce(told_at, now()) ELSE told_at END
      WHERE id = ${id} AND ended_at IS NULL AND contested_at IS NULL RETURNING id`;
    if (contested.length === 0) return false;
    const actor = { kind: 'system' } as const;
    await recordAct(transaction, { teamId, actor, act: 'ownership.contested', subject: id });
    return true;
  });
}

/** False when its owners were told of these numbers before. */
export async function recordRival(sql: Sql, { id, teamId }: Ownership, numbers: string): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const told = await transaction`
      UPDATE account_ownership SET rivals = array_append(rivals, ${numbers})
      WHERE id = ${id} AND ended_at IS NULL AND ${numbers} <> ALL(rivals) RETURNING id`;
    if (told.length === 0) return false;
    const actor = { kind: 'system' } as const;
    await recordAct(transaction, { teamId, actor, act: 'ownership.rival', subject: id, detail: { numbers } });
    return true;
  });
}

/** A check that found nothing. Before the proof that is a hint; after it the proof begins to fail, and stays for now. */
export async function recordMiss(sql: Sql, ownership: Ownership, findings: Findings): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`
      UPDATE account_ownership SET findings = ${transaction.json(findings)}, checked_at = now(),
        failing_since = CASE WHEN proven_at IS NULL THEN NULL ELSE coalesce(failing_since, now()) END
      WHERE id = ${ownership.id} AND ended_at IS NULL`;
    if (ownership.provenAt === undefined || ownership.failingSince !== undefined) return;
    const { id, teamId } = ownership;
    await recordAct(transaction, {
      teamId,
      actor: { kind: 'system' },
      act: 'ownership.failing',
      subject: id,
    });
  });
}

export type EndedAs = 'withdrawn' | 'lapsed' | 'contradicted';

/** False when it had ended already. */
export async function endOwnership(
  sql: Sql,
  ownership: Ownership,
  as: EndedAs,
  actor: Actor,
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const ended = await transaction`
      UPDATE account_ownership SET ended_as = ${as}, ended_at = now()
      WHERE id = ${ownership.id} AND ended_at IS NULL RETURNING id`;
    if (ended.length === 0) return false;
    const { id, teamId, kind } = ownership;
    if (ownership.provenAt === undefined) return true;
    await endUnlisting(transaction, ownership, actor);
    await recordAct(transaction, {
      teamId,
      actor,
      act: 'ownership.ended',
      subject: id,
      detail: { kind, as },
    });
    await followProof(transaction, teamId);
    return true;
  });
}

/** The watches of a team say whether what they watch is proven to be the team's. Also called for a new watch. */
async function followProof(sql: Sql | Transaction, teamId: string): Promise<void> {
  const proofs = await sql<Owned[]>`
    SELECT kind, value FROM account_ownership
    WHERE team_id = ${teamId} AND ended_at IS NULL AND proven_at IS NOT NULL`;
  const proven = new Set(proofs.map(({ kind, value }) => `${kind} ${value}`));
  const watches = await sql<{ id: string; kind: string; value: string; was: boolean }[]>`
    SELECT id, kind, value, proven_at IS NOT NULL AS was FROM account_watch
    WHERE team_id = ${teamId} AND state <> 'stopped'`;
  for (const { id, kind, value, was } of watches) {
    const is = proofsThatDo(kind, value).some((proof) => proven.has(`${proof.kind} ${proof.value}`));
    if (is !== was)
      await sql`UPDATE account_watch SET proven_at = ${is ? sql`now()` : null} WHERE id = ${id}`;
  }
}
