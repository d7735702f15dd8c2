/** A fresh, migrated database for one test file; dropped when the file is done. */
import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { openSql, type Sql } from '#lib/server/database.ts';
import { migrate } from '#lib/server/migrate.ts';

export interface TestDatabase {
  readonly url: string;
  readonly sql: Sql;
}

export async function freshDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('adminDatabaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = openSql(adminUrl, { max: 1, name: 'test-admin' });
  await admin.unsafe(`CREATE DATABASE ${name}`);
  const url = adminUrl.replace(/\/[^/]*$/, `/${name}`);
  const sql = openSql(url, { max: 4, name: 'test' });
  await migrate(sql);
  afterAll(async () => {
    await sql.end({ timeout: 1 });
    await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  });
  return { url, sql };
}
