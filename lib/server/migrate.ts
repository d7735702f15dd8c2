/**
 * Applies prisma/migrations/*\/migration.sql in order and records them in `_prisma_migrations`, the table Prisma's own
 * command line keeps, so that either may look after a database. Ours exists since theirs downloads an engine.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from './database.ts';

const folder = new URL('../../prisma/migrations/', import.meta.url);
// Any constant will do; it must be the same in every process of every version.
const advisoryLock = 7_237_461_001;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Returns the names applied now. Concurrent callers wait for one another; a failed migration leaves nothing behind. */
export async function migrate(sql: Sql): Promise<string[]> {
  const connection = await sql.reserve();
  try {
    await connection`SELECT pg_advisory_lock(${advisoryLock})`;
    await connection.unsafe(bookkeeping);
    const rows = await connection<{ migration_name: string; checksum: string }[]>`
      SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
    const done = new Map(rows.map((row) => [row.migration_name, row.checksum]));
    const applied: string[] = [];
    for (const migration of readMigrations()) {
      const checksum = done.get(migration.name);
      if (checksum === undefined) {
        await connection.unsafe(inOneTransaction(migration)).catch(async (cause: unknown) => {
          await connection`ROLLBACK`;
          throw new MigrationError(`Migration ${migration.name} failed; nothing of it was kept.`, { cause });
        });
        applied.push(migration.name);
      } else if (checksum !== migration.checksum) {
        throw new MigrationError(
          `Migration ${migration.name} was changed after it had been applied to this database.`,
        );
      }
    }
    return applied;
  } finally {
    await connection`SELECT pg_advisory_unlock(${advisoryLock})`.catch(() => undefined);
    connection.release();
  }
}

function readMigrations(): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** A simple-protocol query of several statements; names and checksums are ours and hold no quote. */
function inOneTransaction({ name, sql, checksum }: Migration): string {
  return `BEGIN;
${sql}
INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
VALUES ('${randomUUID()}', '${checksum}', '${name}', now(), now(), 1);
COMMIT;`;
}

const bookkeeping = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;
