/** A number and the stamp beside it say the same, whatever the monitor writes meanwhile. */
import { expect, it } from 'vitest';
import { listLogs } from '#app/logs/store.ts';
import { findSignings } from '#app/signings/store.ts';
import { inOneSnapshot } from '#app/snapshot.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from '../browser/seed.ts';
import { leafOf, startTileLog } from '../browser/tile-log.ts';

const { sql } = await freshDatabase();
const log = await startTileLog([leafOf(0), leafOf(1)]);
await seedLog(sql, log);
await sql`UPDATE monitor_log SET verified_size = 1`;
const at = new Date('2026-11-20T10:00:00Z');
const identity = 'dev@example.com';
await seedEntry(sql, log, { index: 0, at, identities: [['email', identity]] });

it('reads number and stamp out of one state of the database', async () => {
  const deps = { sql, statement: namedSql };
  const read = await inOneSnapshot(deps, async (reads) => {
    const before = await findSignings(reads, { identity, limit: 10 });
    await seedEntry(sql, log, { index: 1, at, identities: [['email', identity]] });
    await sql`UPDATE monitor_log SET verified_size = 2`;
    const [stamp] = await listLogs(reads);
    const after = await findSignings(reads, { identity, limit: 10 });
    return [before.total, Number(stamp?.verifiedSize), after.total];
  });
  expect(read).toEqual([1, 1, 1]);
  expect((await findSignings(deps, { identity, limit: 10 })).total).toBe(2);
});
