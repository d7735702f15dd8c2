/**
 * `npm run crash -- 100`: so many kills of log and database under load, reconciled after each. `npm run crash -- monitor
 * 200`: so many kills of workers that follow two logs, reconciled at the end.
 */
import { CrashRun } from './harness/crash-run.ts';
import { killWorkers } from './harness/kill-main.ts';

const [first = '100', second = '200'] = process.argv.slice(2);
const isMonitor = first === 'monitor';
const wanted = Number(isMonitor ? second : first);
const progress = (done: number): void => void process.stderr.write(`\r${done} of ${wanted}`);

async function killLog(): Promise<object> {
  const run = await CrashRun.open();
  for (let round = 1; round <= wanted; round++) {
    await run.round();
    progress(round);
  }
  return { lost: 0, forks: 0, ...(await run.close()) };
}

const told = isMonitor ? await killWorkers(wanted, progress) : await killLog();
process.stdout.write(`\n${JSON.stringify({ crash: isMonitor ? 'monitor' : 'log', ...told })}\n`);
process.exit(0);
