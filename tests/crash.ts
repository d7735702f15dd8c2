/**
 * `npm run crash -- 100`: so many kills of log and database under load, reconciled after each. `npm run crash -- monitor
 * 200`: so many kills of workers that follow two logs, reconciled at the end. `npm run crash -- alerts 200`: the same with
 * mail under way, the mail server away for a third of it (an hour as waiting mail counts it, see Siege.passTime), and the
 * queues emptied ten times, in up to three runs at once.
 */
import { CrashRun } from './harness/crash-run.ts';
import { runAlertsAtOnce } from './harness/alert-run.ts';
import { killWorkers, withPostgres } from './harness/kill-main.ts';

const [first = '100', second = '200'] = process.argv.slice(2);
const kind = first === 'monitor' || first === 'alerts' ? first : 'log';
const wanted = Number(kind === 'log' ? first : second);
const progress = (done: number): void => void process.stderr.write(`\r${done} of ${wanted}`);

async function killLog(): Promise<object> {
  const run = await CrashRun.open();
  for (let round = 1; round <= wanted; round++) {
    await run.round();
    progress(round);
  }
  return { lost: 0, forks: 0, ...(await run.close()) };
}

const runs = {
  log: killLog,
  monitor: () => killWorkers(wanted, progress),
  alerts: () => runAlertsAtOnce(withPostgres, wanted, progress),
};
process.stdout.write(`\n${JSON.stringify({ crash: kind, ...(await runs[kind]()) })}\n`);
process.exit(0);
