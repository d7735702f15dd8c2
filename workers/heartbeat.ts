/** A row that says this process is alive; the web process reads it to tell that nobody is watching. */
import { randomUUID } from 'node:crypto';
import type { Sql } from '#lib/server/database.ts';

export class Heartbeat {
  private readonly id = randomUUID();
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  async beat(): Promise<void> {
    await this.sql`
      INSERT INTO monitor_worker (id) VALUES (${this.id}) ON CONFLICT (id) DO UPDATE SET beat_at = now()`;
    await this.sql`DELETE FROM monitor_worker WHERE beat_at < now() - interval '1 hour'`;
  }

  async stop(): Promise<void> {
    await this.sql`DELETE FROM monitor_worker WHERE id = ${this.id}`;
  }
}
