/** The CI step, run as a runner runs it: its own script, the token from the runner's address, a real authority and log. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { LogProcess } from './log-process.ts';

const actionFolder = fileURLToPath(new URL('../../.github/actions/sign', import.meta.url));
const step = z.strictObject({
  id: z.string(),
  shell: z.literal('bash'),
  env: z.record(z.string(), z.string()).default({}),
  run: z.string(),
});
const action = z
  .object({
    inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
    runs: z.object({ using: z.literal('composite'), steps: z.array(z.unknown()) }),
  })
  .parse(parse(readFileSync(join(actionFolder, 'action.yml'), 'utf8')));

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-action-'));
const place = (name: string) => join(folder, name);
let issuer: TestIssuer;
let database: TestDatabase;
let log: LogProcess;
let ca: TestCa;
let runner: Server;
let runnerUrl: string;
/** What was announced, and whether anything was signed by then. */
const announced: { key: string | undefined; body: Record<string, unknown>; isSigned: boolean }[] = [];

beforeAll(async () => {
  [issuer, database] = [await startTestIssuer(), await freshDatabase()];
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  const [caPort = 0, runnerPort = 0] = await freePorts(2);
  log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
  for (const name of ['trusted_root.json', 'signing_config.v0.2.json']) {
    writeFileSync(place(name), await (await fetch(`${ca.url}/${name}`)).text());
  }
  const idToken = await issuer.token({ email: 'ci@example.com', email_verified: true });
  runner = createServer((request, response) => {
    if (request.url === '/api/v1/intents') return void takeAnnouncement(request, response);
    const asked = new URL(request.url ?? '', runnerUrl).searchParams.get('audience');
    const isAllowed = request.headers.authorization === 'Bearer runner' && asked === 'sigstore';
    response.statusCode = isAllowed ? 200 : 401;
    response.end(JSON.stringify(isAllowed ? { value: idToken } : {}));
  }).listen(runnerPort);
  runnerUrl = `http://localhost:${runnerPort}/token?x=1`;
});
afterAll(async () => {
  runner.close();
  await ca.close();
  await log.end('SIGTERM');
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Stands in for the pages of an instance; tests of the team's commands ask the real ones. */
async function takeAnnouncement(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = z.record(z.string(), z.unknown()).parse(await json(request));
  const isSigned = existsSync(place('told.txt.sigstore.json'));
  announced.push({ key: request.headers.authorization, body, isSigned });
  const made = { id: 'i', number: 'INT-1', state: 'open', count: 1, left: 1, digest: null, ...body };
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(made));
}

/** The signing step with these inputs; what is installed is this checkout. */
async function run(inputs: Record<string, string>) {
  const { env, run: script } = step.parse(
    action.runs.steps.find((one) => (one as { id: string }).id === 'sign'),
  );
  const given = Object.fromEntries(
    Object.entries(env).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)?.[1] ?? '';
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ''];
    }),
  );
  const { PATH, HOME } = process.env;
  writeFileSync(place('output'), '');
  const runnerEnv: NodeJS.ProcessEnv = {
    PATH,
    HOME,
    NODE_ENV: 'test',
    GITHUB_ACTION_PATH: actionFolder,
    GITHUB_OUTPUT: place('output'),
    ACTIONS_ID_TOKEN_REQUEST_URL: runnerUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner',
  };
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...runnerEnv, ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, complaint, output: readFileSync(place('output'), 'utf8') };
}

const trust = { 'trusted-root': 'trusted_root.json', 'signing-config': 'signing_config.v0.2.json' };

describe('the action', () => {
  it('uses no other action and lets no input become part of a script', () => {
    const steps = z.array(step).parse(action.runs.steps);
    expect(steps.length).toBeGreaterThan(0);
    for (const { run: script } of steps) expect(script).not.toContain('${{');
  });

  it('signs each file as the workflow, and says where the bundles are', async () => {
    const odd = '$(touch hacked) "b".txt';
    for (const name of ['a.txt', odd]) writeFileSync(place(name), name);
    const { code, complaint, output } = await run({ ...trust, artifacts: `a.txt\n${odd}\n\n` });
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(output).toMatch(/^bundles<<(end-[0-9a-f-]{36})\n[^]*\n\1\n$/);
    expect(output.split('\n').slice(1, 3)).toEqual(['a.txt.sigstore.json', `${odd}.sigstore.json`]);
    for (const name of ['a.txt', odd]) expect(existsSync(place(`${name}.sigstore.json`))).toBe(true);
    expect(existsSync(place('hacked'))).toBe(false);
  });

  it('announces each signature before it is made, with the key of the team', async () => {
    writeFileSync(place('told.txt'), 'told');
    const { origin } = new URL(runnerUrl);
    const intent = { instance: origin, 'api-key': 'sw_key', 'intent-for': 'ci@example.com' };
    const { code, complaint } = await run({ ...trust, ...intent, artifacts: 'told.txt' });
    expect({ code, complaint }).toEqual({
      code: 0,
      complaint: expect.stringContaining('Announced (INT-1)') as string,
    });
    const digest = `sha256:${createHash('sha256').update('told').digest('hex')}`;
    expect(announced).toEqual([
      {
        key: 'Bearer sw_key',
        body: { repository: 'ci@example.com', digest, until: expect.any(String) as string },
        isSigned: false,
      },
    ]);
    expect(existsSync(place('told.txt.sigstore.json'))).toBe(true);
  });

  it('signs nothing when it is half told how to announce', async () => {
    for (const half of [{ instance: 'http://localhost:9' }, { 'api-key': 'sw_key' }, { 'intent-for': 'x' }]) {
      writeFileSync(place('half.txt'), 'half');
      expect((await run({ ...trust, ...half, artifacts: 'half.txt' })).code).toBe(2);
    }
    expect(existsSync(place('half.txt.sigstore.json'))).toBe(false);
  });

  it('takes a file that is called like an option for a file', async () => {
    writeFileSync(place('--yes'), 'x');
    expect((await run({ ...trust, artifacts: '--yes' })).code).toBe(0);
    expect(existsSync(place('--yes.sigstore.json'))).toBe(true);
  });

  it('signs nothing without anybody to believe, or nothing to sign', async () => {
    const { 'signing-config': config } = trust;
    expect(await run({ 'signing-config': config, artifacts: 'a.txt' })).toMatchObject({
      code: 2,
      output: '',
    });
    expect((await run({ ...trust, artifacts: '\n' })).code).toBe(2);
    expect(await run({ ...trust, artifacts: 'missing' })).toMatchObject({ code: 2, output: '' });
  });
});
