/**
 * A repository that a team watches, with a monitor over a log of its own: a pipeline signs, and programs ask by the keys of the
 * team, of another one, and of one that may only read.
 */
import { afterAll, expect } from 'vitest';
import type { Scope } from '#app/account/roles.ts';
import { makeApiKey } from '#app/account/api-key.ts';
import { userOfAddress } from '#app/account/user.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { FreezesError, type FreezeRequest } from '#lib/server/freezes.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { proveEntry } from '#lib/verify/entry-proof.ts';
import { proofSource } from '#lib/verify/proof-source.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { webParts } from '#tests/harness/web-parts.ts';
import { application, built, type Build } from './replay-workload.ts';

export const repository = 'github.com/acme/app';
const authority = new TestAuthority();

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Handler<P> = (request: Request, named: { params: Promise<P> }) => Promise<Response>;

/** Who certifies, as far as freezes go: what it was told, and whether it can be reached. */
class ToldAuthority {
  readonly told: string[] = [];
  isUp = true;

  async all(): Promise<never[]> {
    return this.answer([]);
  }

  async put({ value, repositoryId }: FreezeRequest): Promise<void> {
    await this.answer(undefined);
    this.told.push(`freeze ${value} ${repositoryId}`);
  }

  async end({ value }: FreezeRequest): Promise<void> {
    await this.answer(undefined);
    this.told.push(`lift ${value}`);
  }

  private answer<T>(answer: T): Promise<T> {
    return this.isUp
      ? Promise.resolve(answer)
      : Promise.reject(new FreezesError('unreachable', 'The certificate authority cannot be reached.'));
  }
}

/** Ends with the file that asked for it. */
export async function watchedRepository() {
  const database = await freshDatabase();
  const log = await HostileLog.start();
  const trust = await serveTrust(trustRoot([log], [authority]));
  const issuing = new ToldAuthority();
  const deps = webParts(database, {
    proveEntry: (known, claim) =>
      proveEntry(proofSource(known, guardedFetch(known.url, { timeoutMs: 5_000 })), claim),
    freezes: issuing as unknown as Dependencies['freezes'],
  });
  provideDependencies(deps);
  const watchId = await confirmedWatch(database, repository, 'a@example.com', 'repository');
  const all = ['alerts:read', 'alerts:write', 'intents:write', 'freezes:write'] as const;
  const [key, reader] = await Promise.all([
    keyOf(deps, 'a@example.com', all),
    keyOf(deps, 'a@example.com', ['alerts:read']),
  ]);
  const other = await keyOf(deps, 'b@example.com', all);
  const [watch] = await database.sql`SELECT team_id FROM account_watch WHERE id = ${watchId}`;
  const monitor = await runMonitor(database, { trustUrl: trust.url });
  afterAll(async () => {
    await monitor.stop();
    await Promise.all([log.stop(), trust.close()]);
  });
  return {
    database,
    deps,
    log,
    issuing,
    keys: { key, other, reader },
    watchId,
    teamId: String(watch?.['team_id']),
    pipeline: new Pipeline(database, log),
    ask: askBy(key),
  };
}

async function keyOf(
  deps: Pick<Dependencies, 'sql'>,
  address: string,
  scopes: readonly Scope[],
): Promise<string> {
  const userId = await deps.sql.begin((transaction) => userOfAddress(transaction, address));
  const [team] = await deps.sql`SELECT id FROM account_team WHERE personal_of = ${userId}`;
  const made = { teamId: String(team?.['id']), userId, name: 'ci', scopes, days: 30 };
  return makeApiKey(deps, made, { kind: 'user', id: userId });
}

interface Asked {
  readonly token?: string;
  readonly method?: string;
  readonly query?: string;
  readonly body?: object;
}

/** With the key of the team, unless another one is given. */
function askBy(key: string) {
  return async <P>(
    handler: Handler<P>,
    params: P,
    { token = key, method = 'GET', query = '', body }: Asked = {},
  ): Promise<Answer> => {
    const request = new Request(`http://watch.example/api/v1/x${query}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await handler(request, { params: Promise.resolve(params) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}

class Pipeline {
  private readonly database: TestDatabase;
  private readonly log: HostileLog;
  private run = 0;

  constructor(database: TestDatabase, log: HostileLog) {
    this.database = database;
    this.log = log;
  }

  /** The alert of it, once there is one. */
  async sign(change: Partial<Build> = {}, by = authority): Promise<Record<string, unknown>> {
    this.log.append(this.leaf(change, by));
    const index = this.log.leaves.length - 1;
    return eventually(async () => {
      const [row] = await this.database.sql`
        SELECT id, verdict, reasons FROM alert_alert WHERE log_id <> 'intents' AND entry_index = ${index}`;
      expect(row).toBeDefined();
      return row as Record<string, unknown>;
    });
  }

  signAtOnce(count: number): void {
    this.log.append(...Array.from({ length: count }, () => this.leaf()));
  }

  private leaf(change: Partial<Build> = {}, by = authority): Uint8Array {
    return rekorLeaf(by.certify(built({ ...application, ...change }, Date.now(), ++this.run).said));
  }
}

/** The rules that an alert gives as its reasons. */
export const rules = (row: Record<string, unknown>): string[] =>
  (row['reasons'] as { rule: string }[]).map(({ rule }) => rule);
