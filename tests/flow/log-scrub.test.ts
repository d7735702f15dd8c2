// A bit that falls over in an old tile is found by the log that runs, wherever it is.
import { afterAll, describe, expect, it } from 'vitest';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scrub } from '#log/read/scrub.ts';
import { rekorBundle } from '#log/rekor/bundle.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { TriedLog } from '#tests/harness/tried-log.ts';
import { hashedRekordBody, LogProcess, logEntry, makeSigner } from './log-process.ts';

const log = new TriedLog();
// Past a full tile of the second level, and some.
for (let size = 0; size < 65_280; size += 1020) await log.submit(1020);
await log.submit(600);
const { head } = log.row;

async function flip(path: string, at: number): Promise<() => Promise<void>> {
  const before = (await log.objects.read(path)) ?? new Uint8Array(0);
  await log.objects.replace(
    path,
    before.map((byte, index) => (index === at ? byte ^ 1 : byte)),
  );
  return () => log.objects.replace(path, before);
}

const scrub = (): Scrub =>
  new Scrub({
    objects: log.objects,
    codec: rekorBundle,
    head: () => head ?? { size: 0n, root: new Uint8Array(32), checkpoint: '' },
    onFault: () => undefined,
    pauseMs: 1,
    passMs: 0,
  });

describe('a scrub', () => {
  it.each([
    ['tile/entries/000', 70, /^entry \d is not what its tile says/],
    ['tile/entries/000', 0, /^the bundle of entries 0 to 255 cannot be read|^entry 0 is not/],
    ['tile/0/200', 33, /^entry 51201 is not what its tile says/],
    ['tile/1/000', 32 * 255, /^tile\/0\/255 is not what the tile above it says/],
    ['tile/2/000', 3, /^tile\/1\/000 is not what the tile above it says/],
    ['tile/entries/257', 3, /^entry 65792 is not|^the bundle/],
    ['tile/0/257', 5, /^entry 65792 is not/],
  ])('finds a flip in %s at %i, and that it was mended', async (path, at, told) => {
    const mend = await flip(path, at);
    const running = scrub();
    await eventually(() => expect(running.problem).toMatch(told), 30_000);
    await mend();
    await eventually(() => expect(running.problem).toBeUndefined(), 30_000);
    await running.close();
  });

  it('finds what is damaged at the end although it never comes to finish a pass', async () => {
    const mend = await flip('tile/entries/200', 70);
    let found: string | undefined;
    for (let started = 0; started < 2_000 && found === undefined; started++) {
      const running = scrub();
      await eventually(() => expect(running.bundles > 2 || running.problem !== undefined).toBe(true), 30_000);
      found = running.problem;
      await running.close();
    }
    await mend();
    expect(found).toMatch(/^entry 512\d\d is not what its tile says/);
  });

  it('finds nothing in a log that is whole', async () => {
    const running = scrub();
    await eventually(() => expect(running.bundles).toBeGreaterThan(2 * 257), 30_000);
    expect(running.problem).toBeUndefined();
    await running.close();
  });
});

describe('the log process', async () => {
  const { url } = await freshDatabase();
  const process = await LogProcess.create(url);
  afterAll(() => process.remove());

  it('says at /healthz and /metrics that an old tile it served a moment ago is damaged', async () => {
    await process.start();
    const signer = makeSigner();
    await Promise.all(Array.from({ length: 260 }, () => logEntry(process.url, hashedRekordBody(signer))));
    expect((await fetch(`${process.url}/tile/0/000`)).status).toBe(200);
    const place = join(process.dataDir, 'log');
    const [file = ''] = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('published/tile/0/000'),
    );
    const bytes = readFileSync(join(place, file));
    writeFileSync(join(place, file), bytes.fill(bytes.readUInt8(40) ^ 4, 40, 41));
    await eventually(async () => {
      const health = await fetch(`${process.url}/healthz`);
      expect([health.status, await health.text()]).toEqual([
        503,
        expect.stringMatching(
          /rekor-v2: (entry 1 is not what its tile|tile\/0\/000 is not what the tile above it) says/,
        ),
      ]);
    }, 20_000);
    expect(await (await fetch(`${process.url}/metrics`)).text()).toContain(
      'sigwatch_log_damaged{log="rekor-v2"} 1\n',
    );
    // What is new is logged as before.
    await logEntry(process.url, hashedRekordBody(signer));
  });
});
