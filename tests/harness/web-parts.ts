/** What pages and routes work with, over a test's own database and without a web process. */
import { afterAll } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { Dependencies } from '#app/dependencies.ts';
import type { TestDatabase } from './database.ts';
import { testSealing } from './monitor.ts';

/** Ends with the test file. A part that no test here needs is not there: what uses it throws. */
export function webParts(database: TestDatabase, change: Partial<Dependencies> = {}): Dependencies {
  const prisma = openPrisma(database.url, { max: 2 });
  afterAll(() => prisma.$disconnect());
  const parts: Partial<Dependencies> = {
    prisma,
    sql: database.sql,
    statement: namedSql,
    sealing: testSealing,
    now: () => new Date(),
    config: readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' }),
    ...change,
  };
  return parts as Dependencies;
}
