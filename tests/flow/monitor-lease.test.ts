/** Workers share the logs: one looks at each, and another goes on when that one is stopped without its connection ending. */
import { afterAll, expect, it } from 'vitest';
import { openSql } from '#lib/server/database.ts';
import { withLogLock } from '#workers/follow/log-lock.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';

const database = await freshDatabase();
await database.sql`
  INSERT INTO monitor_log (id, kind, name, url, origin, public_key, polled_at) VALUES ('log', 'ct', '', '', '', '', now())`;
const locks = openSql(database.url, { max: 4, name: 'locks', lasting: true });
afterAll(() => locks.end({ timeout: 1 }));

const heardOf = (secondsAgo: number) =>
  database.sql`UPDATE monitor_log SET polled_at = now() - ${secondsAgo} * interval '1 second'`;
const takes = () => withLogLock(locks, 'log', () => Promise.resolve(true));

/** Looks until told to end. */
function look(): { end: () => Promise<unknown> } {
  let finish = (): void => undefined;
  const finished = new Promise<void>((done) => (finish = done));
  const looked = withLogLock(locks, 'log', () => finished);
  return {
    end: () => {
      finish();
      return looked;
    },
  };
}

it('is looked at by one, and by one other when nothing was heard of it for half a minute', async () => {
  const holder = look();
  await eventually(async () => expect(await takes()).toBeUndefined());
  await heardOf(25);
  expect(await takes()).toBeUndefined();
  await heardOf(35);
  expect(await takes()).toBe(true);
  const standIn = look();
  await eventually(async () => expect(await takes()).toBeUndefined());
  await standIn.end();
  // The stand-in said something: from then on it is like before, with each of them.
  await heardOf(0);
  expect(await takes()).toBeUndefined();
  await holder.end();
  expect(await takes()).toBe(true);
});
