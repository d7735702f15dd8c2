/** `npm run crash -- 100`: so many kills of log and database under load, reconciled after each. */
import { CrashRun } from './harness/crash-run.ts';

const wanted = Number(process.argv[2] ?? '100');
const run = await CrashRun.open();
for (let round = 1; round <= wanted; round++) {
  await run.round();
  process.stderr.write(`\r${round} of ${wanted}`);
}
process.stdout.write(`\n${JSON.stringify({ crash: 'log', lost: 0, forks: 0, ...(await run.close()) })}\n`);
process.exit(0);
