/** One real PostgreSQL for a whole test run, in a folder of its own; every test file makes its own database in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    adminDatabaseUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-test-'));
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    passwordFile: join(folder, 'password'),
    database: 'sigwatch',
    // Several test files at once, each with the processes of a whole instance.
    settings: ['max_connections=400'],
  });
  project.provide('adminDatabaseUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
