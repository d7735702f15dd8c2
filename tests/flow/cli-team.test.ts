/** `sigwatch alerts`, `intent`, `freeze`: the real commands with a real key against the real web process. */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApiKey } from '#app/account/api-key.ts';
import { scopeNames } from '#app/account/roles.ts';
import { userOfAddress } from '#app/account/user.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { seedAlert } from '#tests/browser/seed.ts';
import { startWeb } from '#tests/browser/web.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';

const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-team-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const database = await freshDatabase();
const { sql, url } = database;
// Nobody listens there: the authority is away.
const web = await startWeb(url, { CA_URL: 'http://localhost:9' });
const watchId = await confirmedWatch(database, 'dev@example.com', 'dev@example.com');
const userId = await sql.begin((transaction) => userOfAddress(transaction, 'dev@example.com'));
const [team] = await sql<{ id: string }[]>`SELECT id FROM account_team WHERE personal_of = ${userId}`;
const teamId = team?.id ?? '';
const key = await makeApiKey(
  { sql } as unknown as Dependencies,
  { teamId, userId, name: 'terminal', scopes: scopeNames, days: 1 },
  { kind: 'user', id: userId },
);

async function sigwatch(args: readonly string[], env: Record<string, string> = { SIGWATCH_API_KEY: key }) {
  const { PATH, HOME } = process.env;
  const whole: NodeJS.ProcessEnv = { PATH, HOME, NODE_ENV: 'test', WEB_URL: web.url, ...env };
  const child = spawn(process.execPath, [command, ...args], {
    env: whole,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, complaint };
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, complaint } = await sigwatch([...args, '--json']);
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

describe('alerts', () => {
  it('lists none as 1, then one, answers it with a reason, and takes that back', async () => {
    expect(await sigwatch(['alerts'])).toEqual({ code: 1, out: 'No alerts.\n', complaint: '' });
    const id = await seedAlert(sql, { token: 'Zm9vYmFyYmF6cXV4', index: 4, identity: 'dev@example.com' });
    await sql`UPDATE alert_alert SET watch_id = ${watchId} WHERE id = ${id}`;
    const { code, out } = await sigwatch([
      'alerts',
      '--state',
      'open',
      '--verdict',
      'unexpected,contradiction',
    ]);
    expect(code).toBe(0);
    expect(out).toContain(id);
    expect((await sigwatch(['alerts', '--verdict', 'expected'])).code).toBe(1);
    const said = await json('alerts', id, '--say', 'not-mine', '--reason', 'a stolen laptop');
    expect(said).toMatchObject({
      state: 'not-mine',
      answers: [{ reason: 'a stolen laptop', via: 'api-key' }],
    });
    expect((await json('alerts', id, '--say', 'undo'))['state']).toBe('open');
    expect((await sigwatch(['alerts', id])).out).toContain('dev@example.com: unexpected, open');
  });

  it('says what was asked wrongly, and never takes a key from where others can see it', async () => {
    expect(await sigwatch(['alerts'], {})).toMatchObject({ code: 2 });
    const stranger = await sigwatch(['alerts'], { SIGWATCH_API_KEY: 'swk_wrong' });
    expect(stranger).toMatchObject({ code: 2, out: '' });
    expect(stranger.complaint).toContain('401');
    expect((await sigwatch(['alerts', '--state', 'sleeping'])).code).toBe(2);
    expect((await sigwatch(['alerts', '--say', 'mine'])).code).toBe(2);
    expect((await sigwatch(['alerts', '--api-key', key])).code).toBe(2);
    expect((await sigwatch(['alerts', '--instance', 'http://localhost:9'])).code).toBe(3);
    const file = join(folder, 'key');
    writeFileSync(file, `${key}\n`);
    expect((await sigwatch(['alerts', '--api-key-file', file], {})).code).toBe(0);
  });
});

describe('intent', () => {
  it('announces a file by its digest, lists it, and takes it back', async () => {
    const file = join(folder, 'app.tgz');
    writeFileSync(file, 'release');
    const digest = createHash('sha256').update('release').digest('hex');
    const made = await json(
      'intent',
      'github.com/acme/app',
      '--file',
      file,
      '--ref',
      'refs/tags/*',
      '--until',
      '2h',
    );
    expect(made).toMatchObject({ digest: `sha256:${digest}`, ref: 'refs/tags/*', state: 'open', count: 1 });
    const left = Date.parse(String(made['until'])) - Date.now();
    expect(left).toBeGreaterThan(7_000_000);
    expect(left).toBeLessThanOrEqual(7_200_000);
    expect((await sigwatch(['intent', '--list', '--state', 'open'])).out).toContain(String(made['id']));
    expect((await json('intent', '--cancel', String(made['id'])))['state']).toBe('cancelled');
    expect(await sigwatch(['intent', '--list', '--state', 'open'])).toMatchObject({ code: 1 });
  });

  it('is refused when it asks two things at once, or for ever', async () => {
    for (const args of [
      [],
      ['github.com/acme/app', '--list'],
      ['github.com/acme/app', '--until', 'tomorrow'],
      ['github.com/acme/app', '--until', '90d'],
      ['github.com/acme/app', '--digest', 'aa', '--file', 'x'],
      ['github.com/acme/app', '--count', '0'],
    ])
      expect(await sigwatch(['intent', ...args])).toMatchObject({ code: 2, out: '' });
  });
});

describe('freeze', () => {
  it('lists nothing as 1, and says that nothing was changed when the authority is away', async () => {
    expect(await sigwatch(['freeze', '--list'])).toMatchObject({ code: 1, out: 'Nothing is frozen.\n' });
    const strangers = await sigwatch(['freeze', 'somebody@else.example']);
    expect(strangers.code).toBe(2);
    await sql`
      INSERT INTO account_ownership (id, team_id, kind, value, challenge, proven_at)
      VALUES (${randomUUID()}, ${teamId}, 'email', 'dev@example.com', 'x', now())`;
    const away = await sigwatch(['freeze', 'dev@example.com', '--reason', 'a stolen laptop']);
    expect(away).toMatchObject({ code: 3, out: '' });
    expect(away.complaint).toContain('nothing was changed');
    expect((await sigwatch(['freeze', '--list'])).code).toBe(1);
    expect((await sigwatch(['freeze'])).code).toBe(2);
  });
});
