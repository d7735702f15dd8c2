/** Alerts survive killed workers, an absent mail server and emptied queues. `npm run crash -- alerts 1000` is the long way. */
import { expect, it } from 'vitest';
import { runAlerts } from '#tests/harness/alert-run.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { redisInstalled } from '#tests/harness/redis.ts';

const kills = 6;
const name = `loses no alert and doubles none over ${kills} kills, emptied queues and a mail server that was away`;

it.skipIf(!redisInstalled)(
  redisInstalled ? name : `${name} (skipped: redis-server is not installed)`,
  async () => {
    const told = await runAlerts(await freshDatabase(), kills);
    process.stdout.write(`${JSON.stringify(told)}\n`);
    expect(told).toMatchObject({ lost: 0, doubledAlerts: 0, flushes: kills });
    expect(told.smtpAwayMs).toBeGreaterThanOrEqual(3_600_000);
    expect(told.mostAttempts).toBeGreaterThan(1);
    expect(told.mails).toBeGreaterThan(kills);
  },
  600_000,
);
