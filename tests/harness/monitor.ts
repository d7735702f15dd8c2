/** The monitor in this process, over a real database and real HTTP, with a trust root a test may change. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { openSql } from '#lib/server/database.ts';
import { createLogger } from '#lib/server/logger.ts';
import { openMailTransport } from '#lib/server/mail/transport.ts';
import { openQueues } from '#lib/server/queue.ts';
import { sealingWith } from '#lib/server/sealing.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { defaultSettings, startMonitor, type MonitorSettings } from '#workers/monitor.ts';
import type { TestDatabase } from './database.ts';
import type { HostileLog } from './hostile-log.ts';
import type { TestAuthority } from './test-authority.ts';

/** One key for every test. */
export const testSealing = sealingWith(new Uint8Array(32).fill(1));

export interface TrustServer {
  readonly url: string;
  root: object;
  close(): Promise<void>;
}

export async function serveTrust(root: object): Promise<TrustServer> {
  const served = { root };
  const server = createServer((_, response) => response.end(JSON.stringify(served.root)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get root() {
      return served.root;
    },
    set root(next: object) {
      served.root = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function trustRoot(logs: readonly HostileLog[], authorities: readonly TestAuthority[]): object {
  return {
    mediaType: trustedRootMediaType,
    tlogs: logs.map((log) => log.listing()),
    certificateAuthorities: authorities.map((authority) => authority.listing()),
  };
}

export interface RunningMonitor {
  stop(): Promise<void>;
}

export async function runMonitor(
  database: TestDatabase,
  settings: Partial<MonitorSettings> & Pick<MonitorSettings, 'trustUrl'>,
  smtpUrl?: string,
): Promise<RunningMonitor> {
  const logger = createLogger('workers', 'silent');
  const sql = openSql(database.url, { max: 10, name: 'test-workers' });
  const locks = openSql(database.url, { max: 2, name: 'test-locks', lasting: true });
  const queues = openQueues({ redisUrl: undefined, databaseUrl: database.url, logger });
  await queues.migrate();
  const transport = openMailTransport({ smtpUrl, sql });
  const monitor = await startMonitor(
    { sql, locks, queues, transport, logger },
    {
      ...defaultSettings,
      pollMs: 50,
      othersPollMs: 50,
      sweepMs: 200,
      webUrl: 'http://watch.example',
      tufFolder: join(tmpdir(), 'sigwatch-test-tuf'),
      mailFrom: 'Sigwatch <sigwatch@watch.example>',
      sealing: testSealing,
      ...settings,
    },
  );
  return {
    stop: async () => {
      await monitor.stop();
      await queues.close();
      transport.close();
      await Promise.all([sql.end({ timeout: 1 }), locks.end({ timeout: 1 })]);
    },
  };
}

/** A watch as the web process leaves it when its owner has confirmed. */
export async function confirmedWatch(
  { sql }: TestDatabase,
  value: string,
  email: string,
  kind = 'email',
): Promise<string> {
  const id = randomUUID();
  await sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at)
    VALUES (${id}, ${kind}, ${value}, ${value}, ${email}, ${email}, 'confirmed', ${Buffer.from(id)}, ${`stop-${id}`}, now(), now())`;
  return id;
}
