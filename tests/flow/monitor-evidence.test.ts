/** A log that serves what it did not sign leaves a document behind that convicts it before people who trust nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { evidenceCommand } from '#lib/cli/evidence-command.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { checkWrongBytes } from '#lib/source/wrong-bytes-document.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const database = await freshDatabase();
const wrongFrom = [0, 1, 9, 300];
const logs = await Promise.all(wrongFrom.map(() => HostileLog.start()));
const trust = await serveTrust(trustRoot(logs, [authority]));
const monitor = await runMonitor(database, { trustUrl: trust.url });

afterAll(async () => {
  await monitor.stop();
  await Promise.all(logs.map((log) => log.stop()));
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
    const rows = await database.sql<{ served: string | null }[]>`SELECT served FROM monitor_incident`;
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
  const [row] = await database.sql<{ served: string }[]>`SELECT served FROM monitor_incident LIMIT 1`;
  const file = join(mkdtempSync(join(tmpdir(), 'sigwatch-evidence-')), 'served.json');
  writeFileSync(file, row?.served ?? '');
  const run = async (key?: string): Promise<[number, string]> => {
    let said = '';
    const code = await evidenceCommand(file, key === undefined ? {} : { key }, (text) => (said += text));
    return [code, said];
  };
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
