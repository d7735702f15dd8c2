// kill -9 of the log and of its database under load, several sequencers for one log, and one that was frozen for too long.
// The long version is `npm run crash -- 100`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { parseEntryBundle } from '#lib/merkle/tile.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { CrashRun } from '#tests/harness/crash-run.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { checkEntry, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';

const signer = makeSigner();
const folders: string[] = [];
const processes: LogProcess[] = [];
afterAll(async () => {
  for (const process of processes) await process.end('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Several processes for one log: one folder, one database. */
async function rivals(
  count: number,
): Promise<{ all: LogProcess[]; sql: Awaited<ReturnType<typeof freshDatabase>>['sql'] }> {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-rivals-'));
  folders.push(folder);
  const all = await Promise.all(
    Array.from({ length: count }, () => LogProcess.create(databases[count]?.url ?? '', undefined, folder)),
  );
  processes.push(...all);
  return { all, sql: (databases[count] as (typeof databases)[number]).sql };
}

const databases: Record<number, Awaited<ReturnType<typeof freshDatabase>>> = {
  2: await freshDatabase(),
  5: await freshDatabase(),
};

it('loses nothing that was acknowledged and tells no two stories, whatever is killed when', async () => {
  const run = await CrashRun.open();
  for (let round = 0; round < 5; round++) await run.round();
  const told = await run.close();
  expect(told.kills).toBeGreaterThanOrEqual(5);
  expect(told.size).toBeGreaterThanOrEqual(told.acknowledged);
}, 180_000);

it('is sequenced by one of five, and by the next when that one is killed', async () => {
  const { all } = await rivals(5);
  const [first] = all;
  if (first === undefined) throw new Error('nobody');
  await first.start();
  const entry = await logEntry(first.url, hashedRekordBody(signer));
  const { verifier } = await first.identity('rekor-v2');
  // The others wait for the lock; one gets it, and the rest leave.
  const others = all.slice(1).map((one) => one.start().then(() => one));
  const settled = Promise.allSettled(others);
  await first.end('SIGKILL');
  const second = await Promise.any(others);
  const next = await logEntry(second.url, hashedRekordBody(signer));
  expect([entry.logIndex, next.logIndex]).toEqual(['0', '1']);
  checkEntry(next, verifier);
  const outcomes = await settled;
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
}, 120_000);

it('is not forked by a sequencer that was frozen past its lock and wakes up', async () => {
  const { all, sql } = await rivals(2);
  const [frozen, heir] = all;
  if (frozen === undefined || heir === undefined) throw new Error('nobody');
  await frozen.start();
  const { verifier } = await frozen.identity('rekor-v2');
  const before = await logEntry(frozen.url, hashedRekordBody(signer));
  // Something is under way when it freezes.
  const underWay = Array.from({ length: 20 }, () =>
    post(frozen.url, hashedRekordBody(signer)).catch(() => undefined),
  );
  frozen.signal('SIGSTOP');
  // A frozen process keeps its connections; the database gives the lock away when it takes them for dead.
  const ended = frozen.ended();
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'sigwatch-log%'`;
  await heir.start();
  const story = [
    before,
    await logEntry(heir.url, hashedRekordBody(signer)),
    await logEntry(heir.url, hashedRekordBody(signer)),
  ];
  frozen.signal('SIGCONT');
  const late = await post(frozen.url, hashedRekordBody(signer)).catch(() => undefined);
  expect(late?.status).not.toBe(201);
  expect(await ended).toBe(1);
  for (const answer of await Promise.all(underWay)) {
    if (answer?.status === 201) story.push((await answer.json()) as (typeof story)[number]);
  }
  story.push(await logEntry(heir.url, hashedRekordBody(signer)));
  // Every checkpoint that either of them ever showed is of the one log there is.
  for (const entry of story) checkEntry(entry, verifier);
  const head = parseCheckpoint(
    openNote(await (await fetch(`${heir.url}/checkpoint`)).text(), [verifier]).text,
  );
  const bundle = await (await fetch(`${heir.url}/tile/entries/000.p/${head.size}`)).arrayBuffer();
  const range = CompactRange.empty();
  const roots = [range.root()];
  for (const leaf of parseEntryBundle(new Uint8Array(bundle), Number(head.size))) {
    range.append(leafHash(leaf));
    roots.push(range.root());
  }
  for (const { inclusionProof } of story) {
    const { size, root } = parseCheckpoint(openNote(inclusionProof.checkpoint.envelope, [verifier]).text);
    expect(roots[Number(size)]).toEqual(root);
  }
}, 120_000);
