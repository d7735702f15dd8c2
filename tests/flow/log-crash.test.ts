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
import { eventually } from '#tests/harness/eventually.ts';
import { checkEntry, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';

const signer = makeSigner();
const folders: string[] = [];
const processes: LogProcess[] = [];
afterAll(async () => {
  for (const process of processes) await process.end('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Several processes for one log: one folder, one database. */
async function rivals(count: number): Promise<LogProcess[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-rivals-'));
  folders.push(folder);
  const all = await Promise.all(
    Array.from({ length: count }, () => LogProcess.create(databases[count]?.url ?? '', undefined, folder)),
  );
  processes.push(...all);
  return all;
}

const databases: Record<number, Awaited<ReturnType<typeof freshDatabase>>> = {
  2: await freshDatabase(),
  5: await freshDatabase(),
};

it('loses nothing that was acknowledged and tells no two stories, whatever is killed when', async () => {
  const run = await CrashRun.open();
  for (let round = 0; round < 5; round++) await run.round();
  for (const index of ['0', '1000000']) {
    const takeBack = run.claim(index, 'AAAA');
    await expect(run.reconcile()).rejects.toThrow(`entry ${index} was acknowledged and is lost`);
    takeBack();
  }
  const told = await run.close();
  expect(told.kills).toBeGreaterThanOrEqual(5);
  expect(told.size).toBeGreaterThanOrEqual(told.acknowledged);
}, 180_000);

it('is sequenced by one of five while all take entries, and by another when that one is killed', async () => {
  const all = await rivals(5);
  await Promise.all(all.map((one) => one.start()));
  const leader = all.find((one) => one.output().includes('this process sequences'));
  if (leader === undefined) throw new Error('nobody sequences');
  const { verifier } = await leader.identity('rekor-v2');
  const bodies = Array.from({ length: 40 }, () => hashedRekordBody(signer));
  const write = (body: object, at: number) => logEntry(all[at % all.length]?.url ?? '', body);
  const first = await Promise.all(bodies.map(write));
  // Known to all of them, whoever was asked first.
  const again = await Promise.all(bodies.map((body, at) => write(body, at + 1)));
  expect(again.map(({ logIndex }) => logIndex)).toEqual(first.map(({ logIndex }) => logIndex));
  // Asked one after the other, they never seem to go back.
  for (let round = 0, last = 0; round < 10; round++) {
    await logEntry(leader.url, bodies[round] ?? {});
    const fresh = await logEntry(leader.url, hashedRekordBody(signer));
    for (const { url } of [...all, ...all]) {
      const size = Number((await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1]);
      expect(size).toBeGreaterThanOrEqual(Math.max(last, Number(fresh.logIndex) + 1));
      last = size;
    }
    first.push(fresh);
  }
  await leader.end('SIGKILL');
  const left = all.filter((one) => one !== leader);
  const more = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      logEntry(left[at % left.length]?.url ?? '', hashedRekordBody(signer)),
    ),
  );
  for (const entry of [...first, ...again, ...more]) checkEntry(entry, verifier);
  expect(left.filter((one) => one.output().includes('this process sequences'))).toHaveLength(1);
  const indexes = [...first, ...more].map(({ logIndex }) => Number(logIndex)).sort((a, b) => a - b);
  expect(indexes).toEqual(indexes.map((_, at) => at));
  // Each serves the whole log, read from what they share.
  for (const { url } of left) {
    await eventually(async () =>
      expect((await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1]).toBe('70'),
    );
    expect((await fetch(`${url}/tile/entries/000.p/70`)).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }
}, 120_000);

it('is not forked by a sequencer that was frozen past its lock and wakes up', async () => {
  const all = await rivals(2);
  const [frozen, heir] = all;
  if (frozen === undefined || heir === undefined) throw new Error('nobody');
  await frozen.start();
  await heir.start();
  const { verifier } = await frozen.identity('rekor-v2');
  const before = await logEntry(heir.url, hashedRekordBody(signer));
  // Something is under way when it freezes.
  const underWay = [frozen, heir].flatMap(({ url }) =>
    Array.from({ length: 20 }, () => post(url, hashedRekordBody(signer)).catch(() => undefined)),
  );
  frozen.signal('SIGSTOP');
  // A frozen process keeps its connections; its silence is what gives it away.
  await eventually(() => expect(heir.output()).toContain('this process sequences'), 30_000);
  const story = [
    before,
    await logEntry(heir.url, hashedRekordBody(signer)),
    await logEntry(heir.url, hashedRekordBody(signer)),
  ];
  frozen.signal('SIGCONT');
  const late = await post(frozen.url, hashedRekordBody(signer)).catch(() => undefined);
  // It learns that it lost the lease, and hands over what it takes from then on.
  await eventually(() => expect(frozen.output()).toContain('another process sequences'), 20_000);
  for (const answer of [late, ...(await Promise.all(underWay))]) {
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
