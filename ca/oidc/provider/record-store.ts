/**
 * Where the OpenID library keeps its sessions, interactions, codes and grants: ca_oidc_record. A record of one use is
 * consumed by one statement, so that of many simultaneous exchanges of a code exactly one succeeds (RFC 6749 §4.1.2).
 */
import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider';
import type { Sql } from '#lib/server/database.ts';

interface Row {
  readonly payload: AdapterPayload;
  readonly consumed_at: Date | null;
}

export function recordStore(sql: Sql): AdapterFactory {
  return (model) => new RecordAdapter(sql, model);
}

/** Deletes what nobody can use any more. */
export async function sweepRecords(sql: Sql): Promise<void> {
  await sql`DELETE FROM ca_oidc_record WHERE expires_at < now() - interval '5 minutes'`;
}

class RecordAdapter implements Adapter {
  private readonly sql: Sql;
  private readonly model: string;

  constructor(sql: Sql, model: string) {
    this.sql = sql;
    this.model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const expiresAt = expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000);
    const { grantId = null, userCode = null, uid = null } = payload;
    const json = this.sql.json(payload as Parameters<Sql['json']>[0]);
    await this.sql`
      INSERT INTO ca_oidc_record (model, id, payload, grant_id, user_code, uid, expires_at)
      VALUES (${this.model}, ${id}, ${json}, ${grantId}, ${userCode}, ${uid}, ${expiresAt})
      ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
        user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`;
  }

  // An expired record is found until it is swept: the library tells "expired" from "unknown", as RFC 8628 §3.5 asks.
  async find(id: string): Promise<AdapterPayload | undefined> {
    return read(
      await this.sql<Row[]>`
      SELECT payload, consumed_at FROM ca_oidc_record
      WHERE model = ${this.model} AND id = ${id}`,
    );
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return read(
      await this.sql<Row[]>`
      SELECT payload, consumed_at FROM ca_oidc_record
      WHERE model = ${this.model} AND user_code = ${userCode}`,
    );
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return read(
      await this.sql<Row[]>`
      SELECT payload, consumed_at FROM ca_oidc_record
      WHERE model = ${this.model} AND uid = ${uid}`,
    );
  }

  async consume(id: string): Promise<void> {
    const consumed = await this.sql`
      UPDATE ca_oidc_record SET consumed_at = now()
      WHERE model = ${this.model} AND id = ${id} AND consumed_at IS NULL RETURNING id`;
    if (consumed.length === 0) throw new errors.InvalidGrant('already consumed');
  }

  async destroy(id: string): Promise<void> {
    await this.sql`DELETE FROM ca_oidc_record WHERE model = ${this.model} AND id = ${id}`;
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.sql`DELETE FROM ca_oidc_record WHERE grant_id = ${grantId}`;
  }
}

function read([row]: Row[]): AdapterPayload | undefined {
  if (row === undefined) return undefined;
  if (row.consumed_at === null) return row.payload;
  return { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) };
}
