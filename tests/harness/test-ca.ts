/** The authority in this process, on a free port, with keys and trust files of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openCa } from '#ca/open.ts';
import { readConfig } from '#lib/server/config.ts';
import { createLogger } from '#lib/server/logger.ts';
import type { TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';

export interface TestCa {
  readonly url: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

export interface TestCaOptions {
  readonly database: TestDatabase;
  readonly logUrl: string;
  /** Contents of ISSUERS_FILE. */
  readonly issuers?: object;
  /** Contents of LOGIN_PROVIDERS_FILE. */
  readonly loginProviders?: object;
  readonly now?: () => number;
  /** Kept and reused; without it a folder is made and removed. */
  readonly dataDir?: string;
  readonly port?: number;
}

export async function startTestCa(options: TestCaOptions): Promise<TestCa> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sigwatch-ca-'));
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const issuersFile = join(dataDir, 'issuers.json');
  writeFileSync(issuersFile, JSON.stringify(options.issuers ?? {}));
  const loginFile = join(dataDir, 'login-providers.json');
  if (options.loginProviders !== undefined) writeFileSync(loginFile, JSON.stringify(options.loginProviders));
  const config = readConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: options.database.url,
    CA_PORT: String(port),
    LOG_URL: options.logUrl,
    ISSUERS_FILE: issuersFile,
    ...(options.loginProviders === undefined ? {} : { LOGIN_PROVIDERS_FILE: loginFile }),
    LOG_LEVEL: 'silent',
  });
  const logger = createLogger('ca', 'silent');
  const { fastify, knownLogs } = await openCa({
    config,
    logger,
    sql: options.database.sql,
    now: options.now ?? Date.now,
  });
  await fastify.listen({ port });
  await eventually(() => expect(knownLogs.all()).not.toHaveLength(0));
  return {
    url: config.ca.url,
    dataDir,
    close: async () => {
      await fastify.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
