// What was acknowledged survives whatever ends the process; what would fork the log is refused.
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseEntryBundle } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import {
  checkEntry,
  hashedRekordBody,
  logEntry,
  LogProcess,
  makeSigner,
  type TransparencyLogEntry,
} from './log-process.ts';

const database = await freshDatabase();
const signer = makeSigner();
const log = await LogProcess.create(database.url);
afterAll(() => log.remove());

/** Every entry of the log, read as a stranger would, and proved against its checkpoint. */
async function readWholeLog(): Promise<string[]> {
  const { verifier } = await log.identity('rekor-v2');
  const note = openNote(await (await fetch(`${log.url}/checkpoint`)).text(), [verifier]);
  const { size, root } = parseCheckpoint(note.text);
  const range = CompactRange.empty();
  const leaves: string[] = [];
  for (let index = 0n; index * 256n < size; index++) {
    const width = Number(size - index * 256n > 256n ? 256n : size - index * 256n);
    const path = tilePath({ level: 'entries', index, width });
    const bundle = new Uint8Array(await (await fetch(`${log.url}/${path}`)).arrayBuffer());
    for (const leaf of parseEntryBundle(bundle, width)) {
      range.append(leafHash(leaf));
      leaves.push(Buffer.from(leaf).toString('base64'));
    }
  }
  expect(range.root()).toEqual(root);
  return leaves;
}

/** Where the Rekor log keeps its files; the CT log of these tests is empty. */
function folder(): string {
  const folders = readdirSync(join(log.dataDir, 'log')).map((id) => join(log.dataDir, 'log', id));
  const found = folders.find((path) => existsSync(join(path, 'published/tile')));
  if (found === undefined) throw new Error('no log has a tile yet');
  return found;
}

describe('kill -9 under load', () => {
  it('loses nothing that was acknowledged, five times over, and repeats nothing', async () => {
    const acknowledged: TransparencyLogEntry[] = [];
    await log.start();
    const { verifier } = await log.identity('rekor-v2');
    for (let round = 0; round < 5; round++) {
      const killer = new AbortController();
      const goal = acknowledged.length + 60 + 37 * round;
      const writers = Array.from({ length: 24 }, async () => {
        while (!killer.signal.aborted) {
          const body = hashedRekordBody(signer);
          // A client whose connection broke does not know; it asks again, as every client does.
          for (let done = false; !done;) {
            try {
              acknowledged.push(await logEntry(log.url, body));
              done = true;
            } catch {
              if (killer.signal.aborted) return;
            }
          }
        }
      });
      await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 2 }).toBeGreaterThan(goal);
      killer.abort();
      await log.end('SIGKILL');
      await Promise.all(writers);
      await log.start();
      const leaves = await readWholeLog();
      for (const entry of acknowledged) {
        checkEntry(entry, verifier);
        expect(leaves[Number(entry.logIndex)]).toBe(entry.canonicalizedBody);
      }
      expect(new Set(leaves).size).toBe(leaves.length);
    }
  });

  it('still knows what it has: a repetition gets the first index', async () => {
    const body = hashedRekordBody(signer);
    const first = await logEntry(log.url, body);
    await log.end('SIGKILL');
    await log.start();
    const again = await logEntry(log.url, body);
    expect(again.logIndex).toBe(first.logIndex);
    checkEntry(again, (await log.identity('rekor-v2')).verifier);
  });

  it('answers what it took before it ends on SIGTERM, and leaves nothing staged', async () => {
    const size = (await readWholeLog()).length;
    const answers = Array.from({ length: 50 }, () => logEntry(log.url, hashedRekordBody(signer)));
    const settled = Promise.allSettled(answers);
    await Promise.race(answers);
    expect(await log.end('SIGTERM')).toBe(0);
    const logged = (await settled).filter((answer) => answer.status === 'fulfilled');
    await log.start();
    expect((await readWholeLog()).length).toBe(size + logged.length);
    await log.end('SIGTERM');
    for (const id of readdirSync(join(log.dataDir, 'log'))) {
      expect(readdirSync(join(log.dataDir, 'log', id, 'staged'))).toEqual([]);
    }
  });
});

describe('a start is refused with one clear sentence', () => {
  it('when the files are ahead of the database', async () => {
    await log.start();
    await log.end('SIGTERM');
    const [before] = await database.sql`SELECT log_id, size, root, checkpoint FROM log_head WHERE size > 0`;
    await log.start();
    await logEntry(log.url, hashedRekordBody(signer));
    await log.end('SIGTERM');
    const [after] = await database.sql`SELECT log_id, size, root, checkpoint FROM log_head WHERE size > 0`;
    const setHead = (row: typeof before) =>
      database.sql`UPDATE log_head SET size = ${row?.['size']}, root = ${row?.['root']}, checkpoint = ${row?.['checkpoint']}
        WHERE log_id = ${row?.['log_id']}`;
    await setHead(before);
    await expect(log.start()).rejects.toThrow(/ahead of the database/);
    await setHead(after);
    await log.start();
    await log.end('SIGTERM');
  });

  it.each(['tile/0', 'tile/entries'])(
    'when the last object of %s is not what the head says',
    async (name) => {
      const last =
        readdirSync(join(folder(), 'published', name))
          .sort()
          .at(-1) ?? '';
      const path = join(folder(), 'published', name, last);
      const bytes = readFileSync(path);
      writeFileSync(
        path,
        Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte)),
      );
      await expect(log.start()).rejects.toThrow(/are not the log of \d+ entries/);
      writeFileSync(path, bytes);
    },
  );

  it('when the published checkpoint is of another tree', async () => {
    const path = join(folder(), 'published/checkpoint');
    const note = readFileSync(path, 'utf8');
    writeFileSync(path, note.replace(/\n.{43}=\n/, `\n${'A'.repeat(43)}=\n`));
    await expect(log.start()).rejects.toThrow(/are not the log of \d+ entries/);
    writeFileSync(path, note);
  });

  it('when the key is another one', async () => {
    const path = join(log.dataDir, 'keys/log/rekor-v2.pem');
    renameSync(path, `${path}.kept`);
    await expect(log.start()).rejects.toThrow(/was begun with another key/);
    renameSync(`${path}.kept`, path);
  });

  it('when a key can be read by others', async () => {
    const path = join(log.dataDir, 'keys/log/rekor-v2.pem');
    chmodSync(path, 0o644);
    await expect(log.start()).rejects.toThrow(/readable by others/);
    chmodSync(path, 0o600);
  });

  it('when the database does not know the log whose files are there', async () => {
    const other = await LogProcess.create((await freshDatabase()).url, undefined, log.dataDir);
    await expect(other.start()).rejects.toThrow(/database does not know the log/);
  });
});

it('says so when another process sequences the log, and its files are not the ones it sees', async () => {
  await log.start();
  const copy = mkdtempSync(join(tmpdir(), 'sigwatch-log-'));
  cpSync(log.dataDir, copy, { recursive: true });
  const second = await LogProcess.create(database.url, undefined, copy);
  await second.start();
  const before = await (await fetch(`${second.url}/checkpoint`)).text();
  const entry = await logEntry(second.url, hashedRekordBody(signer));
  checkEntry(entry, (await log.identity('rekor-v2')).verifier);
  await eventually(async () => {
    const health = await fetch(`${second.url}/healthz`);
    expect([health.status, await health.text()]).toEqual([
      503,
      expect.stringContaining('does not arrive here'),
    ]);
  }, 20_000);
  expect(await (await fetch(`${second.url}/checkpoint`)).text()).toBe(before);
  await second.remove();
});

describe('staging', () => {
  it('of a batch that was never committed is dropped, whole or torn', async () => {
    await logEntry(log.url, hashedRekordBody(signer));
    const size = (await readWholeLog()).length;
    await log.end('SIGKILL');
    writeFileSync(join(folder(), 'staged', `${size}-${size + 1}-torn`), randomBytes(100));
    await log.start();
    expect(await readWholeLog()).toHaveLength(size);
    expect(readdirSync(join(folder(), 'staged'))).toEqual([]);
  });
});
