/** A frozen name gets no certificate, from the next request on; nobody without the secret can freeze or look. */
import { sign } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezesOf, type Freezes } from '#lib/server/freezes.ts';
import { ada, email, keys, startAskedCa, type AskedCa } from '#tests/harness/asked-ca.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

let bench: AskedCa;
let freezes: Freezes;
beforeAll(async () => {
  bench = await startAskedCa();
  freezes = freezesOf(bench.ca.url, secret());
});
afterAll(() => bench.close());

const file = (): string => join(bench.ca.dataDir, 'internal-secret');
const secret = (): string => readFileSync(file(), 'utf8').trim();
const by = 'ada';
const subject = 'repo:o/r:ref:refs/heads/main';

async function asWorkflow(more: Record<string, unknown> = {}): Promise<{ token: string; proof: Buffer }> {
  const token = await bench.ci.token(workflowClaims(more));
  return { token, proof: sign('sha256', Buffer.from(subject), keys.privateKey) };
}

describe('an address that is frozen', () => {
  it('gets no certificate from the next request on, and gets one again when the freeze ends', async () => {
    expect((await bench.ask({})).status).toBe(200);
    const frozen = await freezes.put({
      kind: 'email',
      value: 'Ada@Example.com',
      by,
      reason: 'stolen laptop',
    });
    expect(frozen.value).toBe(email);
    await bench.expectRefusal({}, 403, 'IDENTITY_FROZEN');
    const other = await bench.issuer.token({ email: 'eve@example.com', email_verified: true });
    const proof = sign('sha256', Buffer.from('eve@example.com'), keys.privateKey);
    expect((await bench.ask({ token: other, proof })).status).toBe(200);
    expect((await freezes.find({ kind: 'email', value: email }))?.refusals).toBe(1);
    expect(await freezes.end({ kind: 'email', value: email, by })).toBe(true);
    expect((await bench.ask({})).status).toBe(200);
  });

  it('is so in whatever spelling the token has it', async () => {
    await freezes.put({ kind: 'email', value: email, by });
    const shouted = await bench.issuer.token({ ...ada, email: 'ADA@example.com' });
    const proof = sign('sha256', Buffer.from('ADA@example.com'), keys.privateKey);
    await bench.expectRefusal({ token: shouted, proof }, 403, 'IDENTITY_FROZEN');
    await freezes.end({ kind: 'email', value: email, by });
  });

  it('leaves a record of each change that nobody can take back', async () => {
    const name = { kind: 'email', value: 'record@example.com' } as const;
    await freezes.put({ ...name, by, reason: 'lost key' });
    await freezes.put({ ...name, by });
    expect(await freezes.end({ ...name, by: 'eve' })).toBe(true);
    expect(await freezes.end({ ...name, by: 'eve' })).toBe(false);
    const { sql } = bench.database;
    const events =
      await sql`SELECT action, by, reason FROM ca_freeze_event WHERE value = ${name.value} ORDER BY id`;
    expect(events.map(({ action, by: who, reason }) => [action, who, reason])).toEqual([
      ['freeze', by, 'lost key'],
      ['freeze', by, ''],
      ['unfreeze', 'eve', ''],
    ]);
    for (const change of [
      sql`DELETE FROM ca_freeze_event`,
      sql`UPDATE ca_freeze_event SET by = 'x'`,
      sql`TRUNCATE ca_freeze_event`,
    ]) {
      await expect(change).rejects.toThrow(/append-only/);
    }
  });
});

describe('a repository that is frozen', () => {
  const name = { kind: 'repository', value: 'github.com/o/r' } as const;

  it.each([
    ['by its name', {}],
    ['in another spelling', { repository: 'O/R' }],
    ['as the home of a workflow that others call', { repository: 'x/y', repository_id: '99' }],
    [
      'by its number under a new name',
      { repository: 'o/new', job_workflow_ref: 'o/new/.github/workflows/x.yml@m' },
    ],
  ])('gets no certificate %s', async (_, claims) => {
    await freezes.put({ ...name, repositoryId: '7', by });
    await bench.expectRefusal(await asWorkflow({ repository_id: '7', ...claims }), 403, 'IDENTITY_FROZEN');
    await freezes.end({ ...name, by });
    expect((await bench.ask(await asWorkflow({ repository_id: '7', ...claims }))).status).toBe(200);
  });

  it('does not stop one whose name only begins the same, nor its number on another host', async () => {
    await freezes.put({ ...name, by });
    await freezes.put({ kind: 'repository', value: 'gitlab.com/o/r', repositoryId: '8', by });
    const claims = {
      repository: 'o/r2',
      job_workflow_ref: 'o/r2/.github/workflows/x.yml@m',
      repository_id: '8',
    };
    expect((await bench.ask(await asWorkflow(claims))).status).toBe(200);
    await freezes.end({ ...name, by });
  });

  it('may be one workflow of it alone', async () => {
    const value = 'https://github.com/o/r/.github/workflows/x.yml@refs/heads/main';
    await freezes.put({ kind: 'uri', value, by });
    await bench.expectRefusal(await asWorkflow(), 403, 'IDENTITY_FROZEN');
    const other = { job_workflow_ref: 'o/r/.github/workflows/y.yml@refs/heads/main' };
    expect((await bench.ask(await asWorkflow(other))).status).toBe(200);
    await freezes.end({ kind: 'uri', value, by });
  });
});

describe('the internal API', () => {
  const url = (): string => `${bench.ca.url}/internal/freezes`;
  const body = JSON.stringify({ kind: 'email', value: email, by });
  const ask = (method: string, authorization: string | undefined, text?: string): Promise<Response> =>
    fetch(url(), {
      method,
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      ...(text === undefined ? {} : { body: text }),
    });

  it('has its secret in a file of the owner alone', () => {
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(secret()).toHaveLength(43);
  });

  it.each(['PUT', 'DELETE', 'GET'])('refuses %s without the secret, and changes nothing', async (method) => {
    const tried = [undefined, '', 'Bearer', 'Bearer ', `Bearer ${secret()}x`, secret(), `bearer ${secret()}`];
    for (const authorization of tried) {
      const answer = await ask(method, authorization, method === 'GET' ? undefined : body);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(email);
    }
    expect(await freezes.find({ kind: 'email', value: email })).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no name', JSON.stringify({ by })],
    ['nobody who asks', JSON.stringify({ kind: 'email', value: email })],
    ['a kind there is not', JSON.stringify({ kind: 'dns', value: 'x', by })],
    ['a name of two readings', JSON.stringify({ kind: 'email', value: 'a\0b@example.com', by })],
    ['a name of spaces', JSON.stringify({ kind: 'email', value: '  ', by })],
    [
      'a number that is none',
      JSON.stringify({ kind: 'repository', value: 'h/o/r', repositoryId: '1e3', by }),
    ],
    ['a field too many', JSON.stringify({ kind: 'email', value: email, by, until: 'tomorrow' })],
  ])('refuses %s', async (_, text) => {
    const before = (await freezes.all()).length;
    expect((await ask('PUT', `Bearer ${secret()}`, text)).status).toBe(400);
    expect(await freezes.all()).toHaveLength(before);
  });
});
