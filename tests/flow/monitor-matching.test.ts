/** Matching an entry costs the same whoever else is watched, and a change to one watch is known at once, among a million. */
import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { WatchKind } from '#lib/identity/watch-target.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { CurrentWatches, readWatchVersion } from '#workers/match/current-watches.ts';
import { matchEntry } from '#workers/match/match-batch.ts';
import { WatchIndex } from '#workers/match/watch-index.ts';
import type { Watch } from '#workers/match/watch.ts';

const watch = (kind: WatchKind, value: string, proven: boolean): Watch => ({
  id: `${kind} ${value}`,
  kind,
  value,
  proven,
});
const release = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1';
const issuer = 'https://token.actions.githubusercontent.com';

/** Reads of maps are what a lookup costs. */
function probes(run: () => void): number {
  const get = vi.spyOn(Map.prototype, 'get');
  run();
  const { length } = get.mock.calls;
  get.mockRestore();
  return length;
}

it('costs an entry the same among ten watches and a million', () => {
  const kinds: readonly [WatchKind, (n: number) => string][] = [
    ['email', (n) => `reader${n}@example.org`],
    ['domain', (n) => `d${n}.example.org`],
    ['organisation', (n) => `github.com/owner${n}`],
    ['workflow', (n) => `github.com/acme/app${n}/.github/workflows/r.yml`],
    ['uri-pattern', (n) => `https://github.com/acme/app${n}/*`],
  ];
  const make = (count: number) => {
    const made = function* () {
      for (let at = 0; at < count; at++) {
        const [kind, value] = kinds[at % kinds.length] ?? ['email', String];
        yield watch(kind, value(at), true);
      }
    };
    return new WatchIndex(made());
  };
  const entry = {
    identities: [
      { kind: 'email', value: 'nobody@x.example.org' },
      { kind: 'uri', value: release },
      { kind: 'repository', value: 'github.com/acme/app' },
    ],
    issuer,
    fingerprints: [],
    others: [],
    haystack: 'x'.repeat(500) + release,
  };
  const cost = (index: WatchIndex) => probes(() => matchEntry(index, entry as never));
  const [few, many] = [cost(make(10)), cost(make(1_000_000))];
  expect(many).toBeLessThanOrEqual(few * 2);
}, 300_000);

it('reads what changed and nothing else, also when nobody told it, and everything when it is too far behind', async () => {
  const { sql } = await freshDatabase();
  const confirm = async (value: string): Promise<string> => {
    const id = randomUUID();
    await sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at)
      VALUES (${id}, 'email', ${value}, ${value}, 'a@b.c', 'a@b.c', 'confirmed', ${Buffer.from(id)}, ${id}, now())`;
    return id;
  };
  const watches = new CurrentWatches(sql);
  const known = async (value: string) =>
    (await watches.get(await readWatchVersion(sql))).watchersOf({ kind: 'email', value, issuer: undefined })
      .length;
  const first = await confirm('first@example.com');
  const index = await watches.get(await readWatchVersion(sql));
  expect(await known('first@example.com')).toBe(1);
  await confirm('second@example.com');
  expect(await known('second@example.com')).toBe(1);
  // The same index, changed in place: not one built anew.
  expect(await watches.get(await readWatchVersion(sql))).toBe(index);
  await sql`UPDATE account_watch SET state = 'stopped' WHERE id = ${first}`;
  expect(await known('first@example.com')).toBe(0);
  await confirm('third@example.com');
  await confirm('fourth@example.com');
  await sql`DELETE FROM match_watch_change`;
  await confirm('fifth@example.com');
  expect(await Promise.all(['third', 'fourth', 'fifth'].map((name) => known(`${name}@example.com`)))).toEqual(
    [1, 1, 1],
  );
});
