/** ca_freeze and ca_freeze_event: for whom no certificate is issued. Read anew for every certificate, so never stale. */
import type { Sql } from '#lib/server/database.ts';
import type { EndFreezeRequest, Freeze, FreezeName, FreezeRequest } from '#lib/server/freezes.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const findFreeze = namedSql('find-freeze');
const putFreeze = namedSql('put-freeze');
const endFreeze = namedSql('end-freeze');
const mostListed = 10_000;

/** What a certificate would say, as far as a freeze can be about it. */
export interface FreezableNames {
  readonly names: readonly FreezeName[];
  readonly repository: { readonly host: string; readonly id: string } | undefined;
  /** `repository N`, `owner N`: by these a freeze may spare it. */
  readonly numbers: readonly string[];
}

type Found = FreezeName & { readonly holder: string };

export interface FreezeStore {
  /** The freeze that stands against these, counted as a refusal; rejects when that cannot be known. */
  against(names: FreezableNames): Promise<FreezeName | undefined>;
  put(request: FreezeRequest): Promise<Freeze>;
  end(request: EndFreezeRequest): Promise<boolean>;
  list(name?: FreezeName): Promise<Freeze[]>;
}

interface Row {
  readonly kind: Freeze['kind'];
  readonly value: string;
  readonly repository_id: string | null;
  readonly reason: string;
  readonly frozen_by: string;
  readonly frozen_at: Date;
  readonly refusals: bigint;
  readonly last_refused_at: Date | null;
}

export function freezeStore(sql: Sql): FreezeStore {
  return {
    against: async ({ names, repository, numbers }) => {
      const [kinds, values] = [names.map(({ kind }) => kind), names.map(({ value }) => value)];
      const [found] = await sql.unsafe<Found[]>(
        findFreeze,
        [kinds, values, repository?.host ?? null, repository?.id ?? null, [...numbers]],
        { prepare: true },
      );
      if (found === undefined) return undefined;
      await sql`
        UPDATE ca_freeze SET refusals = refusals + 1, last_refused_at = now()
        WHERE kind = ${found.kind} AND value = ${found.value} AND holder = ${found.holder}`;
      return found;
    },
    put: async ({ kind, value, repositoryId = null, reason = '', by, holder = '', spared = [] }) => {
      const [row] = await sql.unsafe<Row[]>(putFreeze, [
        kind,
        value,
        repositoryId,
        reason,
        by,
        holder,
        [...spared],
      ]);
      if (row === undefined) throw new Error('a freeze was not written');
      return asFreeze(row);
    },
    end: async ({ kind, value, reason = '', by, holder = null }) =>
      (await sql.unsafe(endFreeze, [kind, value, reason, by, holder])).length > 0,
    list: async (name) => {
      const which = name === undefined ? sql`true` : sql`kind = ${name.kind} AND value = ${name.value}`;
      const rows = await sql<Row[]>`
        SELECT * FROM ca_freeze WHERE ${which} ORDER BY frozen_at DESC, kind, value LIMIT ${mostListed}`;
      return rows.map(asFreeze);
    },
  };
}

function asFreeze(row: Row): Freeze {
  return {
    kind: row.kind,
    value: row.value,
    repositoryId: row.repository_id,
    reason: row.reason,
    frozenBy: row.frozen_by,
    frozenAt: row.frozen_at.toISOString(),
    refusals: Number(row.refusals),
    lastRefusedAt: row.last_refused_at?.toISOString() ?? null,
  };
}
