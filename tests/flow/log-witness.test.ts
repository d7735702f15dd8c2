// Our log and witnesses over HTTP: real log processes, real witnesses in PostgreSQL, and one that misbehaves.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosignatureVerifier } from '#lib/note/cosignature.ts';
import { openNote, parseNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { formatVerifierKey, parseVerifierKey } from '#lib/note/verifier-key.ts';
import { createLogger } from '#lib/server/logger.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { openWitness } from '#workers/witness/open.ts';
import { checkEntryV1, RekorV1Client, proposed } from './rekor-v1-client.ts';
import { checkEntry, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-cosigned-'));
const database = await freshDatabase();
const log = await LogProcess.create(database.url);
const signer = makeSigner();
const witnesses: {
  server: Server;
  vkey: string;
  url: string;
  verifier: NoteVerifier;
  open(port: number): Promise<Server>;
}[] = [];
const logsFile = join(folder, 'logs');
/** The third of the policy: answers as told. */
let thirdAnswers = { status: 503, body: '' };
const third = createServer((_, response) => response.writeHead(thirdAnswers.status).end(thirdAnswers.body));
const policyFile = join(folder, 'policy');

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function startWitness(name: string): Promise<void> {
  const { sql } = await freshDatabase();
  let vkey = '';
  const logger = createLogger('workers', 'silent');
  logger.info = ((said: { vkey?: string }) => void (vkey ||= said.vkey ?? '')) as typeof logger.info;
  const keyFile = join(folder, `${name}.pem`);
  const open = (port: number): Promise<Server> =>
    openWitness({ name, port, logsFile, keyFile, passphrase: undefined }, sql, logger);
  const server = await open(0);
  const verifier = cosignatureVerifier(parseVerifierKey(vkey), 1n << 62n);
  witnesses.push({ server, vkey, url: urlOf(server), verifier, open });
}

beforeAll(async () => {
  // The log's key is made at its first start.
  await log.start();
  const { verifier, spki } = await log.identity('rekor-v2');
  await log.end('SIGTERM');
  const key = spki.subarray(-32);
  const logKey = formatVerifierKey({ name: verifier.name, keyId: verifier.keyId, type: 'ed25519', key });
  writeFileSync(logsFile, `log ${logKey}\nquorum none\n`);
  await startWitness('w1.example');
  await startWitness('w2.example');
  await new Promise<void>((listening) => third.listen(0, '127.0.0.1', listening));
  const thirdKey = parseVerifierKey(witnesses[0]?.vkey ?? '').key.map((byte) => byte ^ 1);
  const { cosignatureKeyId } = await import('#lib/note/cosignature.ts');
  const thirdId = cosignatureKeyId({ name: 'w3.example', key: thirdKey });
  const thirdVkey = formatVerifierKey({
    name: 'w3.example',
    keyId: thirdId,
    type: 'cosignature',
    key: thirdKey,
  });
  writeFileSync(
    policyFile,
    [
      `log ${logKey}`,
      ...witnesses.map(({ vkey, url }, at) => `witness w${at + 1} ${vkey} ${url}`),
      `witness w3 ${thirdVkey} ${urlOf(third)}`,
      'group most 2 w1 w2 w3',
      'quorum most',
      '',
    ].join('\n'),
  );
});

afterAll(async () => {
  await log.remove();
  for (const { server } of witnesses) server.close();
  third.close();
  rmSync(folder, { recursive: true });
});

const restart = async (mode: 'async' | 'require', more: Record<string, string> = {}): Promise<void> => {
  await log.end('SIGTERM');
  log.set({ WITNESS_POLICY_FILE: policyFile, WITNESS_MODE: mode, WITNESS_BUDGET_MS: '1000', ...more });
  await log.start();
};
const checkpoint = async (): Promise<string> => (await fetch(`${log.url}/checkpoint`)).text();
interface Health {
  reason?: string;
  logs: { name: string; size: number; checkpointAgeMs: number }[];
}
const cosigners = (note: string): number =>
  openNote(
    note,
    witnesses.map(({ verifier }) => verifier),
  ).verifiedBy.length;

describe('asynchronous', () => {
  beforeAll(() => restart('async'));

  it('answers at once, and shows the checkpoint cosigned by a quorum soon after, one witness being away', async () => {
    const { verifier } = await log.identity('rekor-v2');
    const entry = await logEntry(log.url, hashedRekordBody(signer));
    checkEntry(entry, verifier);
    await eventually(async () => {
      const note = await checkpoint();
      expect(openNote(note, [verifier]).text).toBe(parseNote(entry.inclusionProof.checkpoint.envelope).text);
      expect(cosigners(note)).toBe(2);
      expect(parseNote(note).signatures.map(({ name }) => name)).toEqual([
        'localhost',
        'w1.example',
        'w2.example',
      ]);
    });
  });

  it('goes on to newer sizes with proofs, and never shows a smaller checkpoint than before', async () => {
    let last = 0;
    const size = async (): Promise<number> => Number((await checkpoint()).split('\n')[1]);
    for (let round = 0; round < 8; round++) {
      await Promise.all(Array.from({ length: 5 }, () => logEntry(log.url, hashedRekordBody(signer))));
      const now = await size();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    await eventually(async () => {
      const note = await checkpoint();
      expect(note.split('\n')[1]).toBe('41');
      expect(cosigners(note)).toBe(2);
    });
  });

  it('is not troubled by a witness that answers nonsense', async () => {
    for (const answer of [
      { status: 200, body: 'nonsense' },
      { status: 200, body: '' },
      { status: 409, body: 'x\n' },
      { status: 409, body: '0\n' },
      { status: 302, body: '' },
      { status: 200, body: `\u2014 w3.example ${'A'.repeat(200_000)}\n` },
    ]) {
      thirdAnswers = answer;
      const entry = await logEntry(log.url, hashedRekordBody(signer));
      const [, size] = entry.inclusionProof.checkpoint.envelope.split('\n');
      await eventually(async () => {
        const note = await checkpoint();
        expect(note.split('\n')[1]).toBe(size);
        expect(cosigners(note)).toBe(2);
      });
    }
  });
});

describe('required', () => {
  beforeAll(async () => {
    thirdAnswers = { status: 503, body: '' };
    await restart('require');
  });

  it('answers with a checkpoint that a quorum has cosigned, also for an entry logged before', async () => {
    const body = hashedRekordBody(signer);
    const { verifier } = await log.identity('rekor-v2');
    const first = await logEntry(log.url, body);
    const again = await logEntry(log.url, body);
    for (const entry of [first, again]) {
      checkEntry(entry, verifier);
      expect(cosigners(entry.inclusionProof.checkpoint.envelope)).toBe(2);
    }
    expect(again.logIndex).toBe(first.logIndex);
  });

  it('takes entries of Rekor v1, which no witness can name, and says so where its operator looks', async () => {
    const client = new RekorV1Client(log);
    const { entry } = await client.create(proposed());
    const { spki } = await log.identity('rekor-v1');
    checkEntryV1(entry, spki);
    expect(log.output()).toContain('this log takes entries without cosignatures: no witness can name it');
    expect((await fetch(`${log.url}/healthz`)).status).toBe(200);
  });

  it('answers 503 within its budget while there is no quorum, and the same entry with success afterwards', async () => {
    const [one] = witnesses;
    const { server, url } = one ?? { server: third, url: '' };
    const { port } = new URL(url);
    await new Promise((closed) => (server.close(closed), server.closeAllConnections()));
    const body = hashedRekordBody(signer);
    const refused = await post(log.url, body);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(((await refused.json()) as { message: string }).message).toContain('witnesses');
    // What is told of the log is told of the checkpoint that readers get, which stays behind.
    const health = await eventually(async () => {
      const answer = await fetch(`${log.url}/healthz`);
      expect(answer.status).toBe(503);
      return (await answer.json()) as Health;
    });
    expect(health.reason).toContain('rekor-v2: not enough witnesses');
    const told = health.logs.find(({ name }) => name === 'rekor-v2');
    expect(told?.size).toBe(Number((await checkpoint()).split('\n')[1]));
    expect(told?.checkpointAgeMs).toBeGreaterThan(2_000);
    const metrics = await (await fetch(`${log.url}/metrics`)).text();
    expect(metrics).toMatch(/^sigwatch_log_uncosigned_seconds\{log="rekor-v2"\} [1-9]/m);
    await new Promise<void>((listening) => server.listen(Number(port), '127.0.0.1', listening));
    const entry = await eventually(() => logEntry(log.url, body));
    expect(cosigners(entry.inclusionProof.checkpoint.envelope)).toBe(2);
    await eventually(async () => expect((await fetch(`${log.url}/healthz`)).status).toBe(200));
  });
});

describe('a rotation where cosignatures are required', () => {
  let young = '';
  /** The witnesses read whom they cosign when they start. */
  async function teachWitnesses(line: string): Promise<void> {
    appendFileSync(logsFile, `${line}\n`);
    for (const witness of witnesses) {
      await new Promise((closed) => (witness.server.close(closed), witness.server.closeAllConnections()));
      witness.server = await witness.open(Number(new URL(witness.url).port));
    }
  }
  const rotate = (): Promise<string> => log.run('log', 'rotate', '--url', young, '--freeze-after', '0.1');
  const shards = async (): Promise<{ name: string }[]> =>
    ((await (await fetch(`${log.url}/log_list.json`)).json()) as { logs: { name: string }[] }).logs.filter(
      ({ name }) => name.startsWith('rekor-v2'),
    );

  it('changes nothing before the witnesses know the new key, and says which it is', async () => {
    young = log.url.replace('localhost', '127.0.0.1');
    const refusal = await rotate().then(String, String);
    expect(refusal).toMatch(/no witness knows rekor-v2-2 yet/);
    const line = /^log 127\.0\.0\.1\+\S+$/m.exec(refusal)?.[0] ?? '';
    // Asked again it is the same key, and it is refused again.
    expect(await rotate().then(String, String)).toContain(line);
    expect(await shards()).toHaveLength(1);
    await logEntry(log.url, hashedRekordBody(signer));
    await teachWitnesses(line);
    appendFileSync(policyFile, `${line}\n`);
  }, 60_000);

  it('then opens a shard whose first entry a quorum has cosigned, and the old one is frozen', async () => {
    expect(await rotate()).toContain(`${young} takes entries from now on`);
    expect(await shards()).toHaveLength(2);
    // No moment in which the new shard is there and takes nothing.
    const entry = await logEntry(young, hashedRekordBody(signer));
    const { envelope } = entry.inclusionProof.checkpoint;
    expect(envelope.split('\n').slice(0, 2)).toEqual(['127.0.0.1', '1']);
    expect(cosigners(envelope)).toBe(2);
    await eventually(
      async () => expect((await post(log.url, hashedRekordBody(signer))).status).toBe(405),
      30_000,
    );
    expect(cosigners(await checkpoint())).toBe(2);
    await restart('require');
    const again = await logEntry(young, hashedRekordBody(signer));
    expect(cosigners(again.inclusionProof.checkpoint.envelope)).toBe(2);
  }, 90_000);

  it('takes nothing into a log that the policy does not name, and says so', async () => {
    const policy = readFileSync(policyFile, 'utf8');
    writeFileSync(policyFile, policy.replace(/^log 127.*\n/m, ''));
    await restart('require');
    const refused = await post(young, hashedRekordBody(signer));
    expect([refused.status, await refused.text()]).toEqual([
      503,
      expect.stringContaining('takes no entries: cosignatures are required'),
    ]);
    writeFileSync(policyFile, policy);
  }, 60_000);
});

it('refuses to start with a policy that cannot be read, also beside a process that sequences', async () => {
  await restart('require');
  const second = await LogProcess.create(database.url, undefined, log.dataDir);
  second.set({ WITNESS_POLICY_FILE: join(folder, 'missing'), WITNESS_MODE: 'require' });
  await expect(second.start()).rejects.toThrow(/WITNESS_POLICY_FILE: \S+missing: cannot be read/);
}, 60_000);

it('refuses to start when a witness has seen more of this log than the database knows', async () => {
  await log.end('SIGTERM');
  thirdAnswers = { status: 409, body: '1000000\n' };
  await expect(log.start()).rejects.toThrow(/w3 is at size 1000000.*fork the log/s);
});
