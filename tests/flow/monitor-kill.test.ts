/** Workers that die at any moment lose nothing and double nothing. `npm run crash -- monitor 200` kills more often. */
import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { expectTrueHours } from '#tests/harness/hours.ts';
import { allOnce, KillRun } from '#tests/harness/kill-run.ts';

const kills = 6;
let run: KillRun | undefined;
afterEach(() => run?.close());

it(`survives ${kills} times kill -9 of one of two workers at a random moment`, async () => {
  const database = await freshDatabase();
  run = await KillRun.open(database);
  for (let kill = 0; kill < kills; kill++) await run.kill();
  const { seed, appended } = run;
  await eventually(
    async () => expect(await run?.counts(), `seed ${seed}`).toEqual(allOnce(appended)),
    60_000,
  );
  await expectTrueHours(database.sql);
  const mails = await database.sql<{ message_id: string }[]>`SELECT message_id FROM mail_mailbox`;
  expect(new Set(mails.map(({ message_id: id }) => id)).size).toBe(mails.length);
  expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([]);
}, 300_000);
