/** A log that contradicts itself leaves a document behind that convicts it before people who trust nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { evidenceCommand } from '#lib/cli/evidence-command.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { checkContradiction } from '#lib/source/contradiction-document.ts';
import { checkWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { certificateLeaf, CtLog } from '#tests/harness/ct-log.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const database = await freshDatabase();
const wrongFrom = [0, 1, 9, 300];
const logs = await Promise.all(wrongFrom.map(() => HostileLog.start()));
/** They contradict what they signed before: with as many entries, with more, and with fewer. */
const contradicting = await Promise.all(['same', 'more', 'perfect', 'fewer'].map(() => HostileLog.start()));
const certificates = await CtLog.start();
const trust = await serveTrust({
  ...trustRoot([...logs, ...contradicting], [authority]),
  ctlogs: [certificates.listing()],
});
const monitor = await runMonitor(database, { trustUrl: trust.url });

afterAll(async () => {
  await monitor.stop();
  await Promise.all([...logs, ...contradicting, certificates].map((log) => log.stop()));
  await trust.close();
});

const other = new Uint8Array(0);
const leaves = Array.from({ length: 330 }, (_, at) =>
  rekorLeaf(authority.certify({ email: `dev${at}@example.com`, claims: { issuer: 'i' } })),
);

it('shows to anybody which entry it served is not the one it signed, wherever in the tree', async () => {
  for (const [at, log] of logs.entries()) {
    log.append(...leaves);
    log.misbehaviour = { kind: 'change-bytes', from: wrongFrom[at] ?? 0 };
  }
  const kept = await eventually(async () => {
    const rows = await database.sql<
      { served: string | null }[]
    >`SELECT evidence AS served FROM monitor_incident`;
    expect(rows.filter(({ served }) => served !== null)).toHaveLength(logs.length);
    return rows.map(({ served }) => JSON.parse(served ?? ''));
  }, 30_000);
  const found = kept.map((document) => {
    const check = checkWrongBytes(document);
    if (check.outcome !== 'proved') throw new Error(check.reason);
    const from = Number(check.firstIndex);
    const entries = document.entries.map((text: string) => new Uint8Array(Buffer.from(text, 'base64')));
    expect(entries[0]).toEqual(concat(leaves[from] ?? other, Uint8Array.of(32)));
    // Of an honest log nobody can make such a proof, and what was changed on the way proves nothing.
    const honest = entries.map((_: unknown, place: number) => toBase64(leaves[from + place] ?? other));
    const changes = { entries: honest, firstIndex: String(from + 1), checkpoint: `${document.checkpoint}x` };
    for (const [member, value] of Object.entries(changes))
      expect(checkWrongBytes({ ...document, [member]: value }).outcome, member).toBe('refuted');
    const foreign = { ...document, log: { ...document.log, origin: 'other.example' } };
    expect(checkWrongBytes(foreign).outcome).toBe('refuted');
    return from;
  });
  expect(found.toSorted((a, b) => a - b)).toEqual(wrongFrom);
});

it('checks such a document at the command line, without anything else', async () => {
  const [row] = await database.sql<
    { served: string }[]
  >`SELECT evidence AS served FROM monitor_incident LIMIT 1`;
  const file = join(mkdtempSync(join(tmpdir(), 'sigwatch-evidence-')), 'served.json');
  writeFileSync(file, row?.served ?? '');
  const run = (key?: string) => checkFile(file, key);
  const [code, said] = await run();
  expect([code, said]).toEqual([
    0,
    expect.stringMatching(/^proved: entry \d+ as it was served is not in the tree/),
  ]);
  const [fingerprint = ''] = /[0-9a-f]{64}/.exec(said) ?? [];
  expect((await run(fingerprint))[0]).toBe(0);
  expect(await run('00'.repeat(32))).toEqual([1, expect.stringContaining('signed by another key')]);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(row?.served ?? ''), subtrees: ['AAAA'] }));
  expect(await run()).toEqual([1, expect.stringContaining('not proved')]);
  rmSync(dirname(file), { recursive: true });
});

async function checkFile(file: string, key?: string): Promise<[number, string]> {
  let said = '';
  const code = await evidenceCommand(file, key === undefined ? {} : { key }, (text) => (said += text));
  return [code, said];
}

async function checkText(document: string, key?: string): Promise<[number, string]> {
  const file = join(mkdtempSync(join(tmpdir(), 'sigwatch-evidence-')), 'incident.json');
  writeFileSync(file, document);
  const answer = await checkFile(file, key);
  rmSync(dirname(file), { recursive: true });
  return answer;
}

/** Evidence of the incident of the log at this address. */
async function evidenceOf(url: string): Promise<string> {
  return eventually(async () => {
    const [row] = await database.sql<{ evidence: string }[]>`
      SELECT incident.evidence FROM monitor_incident incident JOIN monitor_log log ON log.id = incident.log_id
      WHERE starts_with(log.url, ${url})`;
    expect(row?.evidence).toBeTypeOf('string');
    return row?.evidence ?? '';
  }, 30_000);
}

const urlOf = (log: HostileLog) => String((log.listing() as { baseUrl: string }).baseUrl);

it('keeps of a fork, and of a way back, both statements as a file that is checked offline', async () => {
  const [same, more, perfect, fewer] = contradicting;
  if (!same || !more || !perfect || !fewer) throw new Error('no logs');
  for (const [log, size] of [
    [same, 5],
    [more, 11],
    [perfect, 8],
    [fewer, 6],
  ] as const)
    log.append(...leaves.slice(0, size));
  const entry = certificateLeaf(authority.certify({ email: 'ct@example.com' }));
  certificates.leaves.push(entry, entry, entry);
  await eventually(async () => {
    const [{ sum } = { sum: 0 }] = await database.sql<{ sum: number }[]>`
      SELECT sum(verified_size)::int AS sum FROM monitor_log WHERE state = 'following'`;
    expect(sum).toBe(5 + 11 + 8 + 6 + 3);
  }, 30_000);
  for (const log of [same, more, perfect]) log.fork(2, leaves[300] ?? other);
  for (const log of [more, perfect]) log.append(...leaves.slice(20, 40));
  fewer.misbehaviour = { kind: 'rewind', size: 3 };
  certificates.leaves.pop();
  const documents = await Promise.all([same, more, perfect].map((log) => evidenceOf(urlOf(log))));
  const said = await Promise.all(documents.map((document) => checkText(document)));
  expect(said.map(([code]) => code)).toEqual([0, 0, 0]);
  expect(said.map(([, words]) => words.split('\n')[0])).toEqual([
    'proved: it signed two different trees of 5 entries',
    'proved: it signed a tree of 11 entries, and one of 31 that begins with others',
    'proved: it signed a tree of 8 entries, and one of 28 that begins with others',
  ]);
  for (const document of documents) await refusesBroken(document);
  const back = await checkText(await evidenceOf(certificates.url));
  expect(back).toEqual([
    0,
    expect.stringMatching(/^proved: it stated 2 entries at .+, after it had stated 3 at /),
  ]);
  // Without times an honest log made both of these.
  const unproved = await checkText(await evidenceOf(urlOf(fewer)));
  expect(unproved).toEqual([1, expect.stringContaining('nothing here shows that they cannot both be true')]);
});

async function refusesBroken(text: string): Promise<void> {
  const document = JSON.parse(text);
  const { log, before, after, path } = document;
  const broken = {
    'the same statement twice': { after: before },
    'a changed size': { after: after.replace(/\n\d+\n/, '\n77\n') },
    'no signature': { before: before.split('\n\n')[0] },
    'another key': {
      log: { ...log, publicKey: logs[0]?.single && (logs[0].single() as { publicKey: string }).publicKey },
    },
    'another name': { log: { ...log, origin: 'other.example' } },
    ...(path.length === 0
      ? {}
      : { 'no path': { path: [] }, 'a changed path': { path: [...path.slice(1), path[0]] } }),
  };
  for (const [name, change] of Object.entries(broken))
    expect(checkContradiction({ ...document, ...change }).outcome, name).toBe('refuted');
  const ofKey = await checkText(text, '00'.repeat(32));
  expect(ofKey).toEqual([1, expect.stringContaining('signed by another key')]);
}
