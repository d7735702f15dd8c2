/**
 * The web process, or the first of several: pages are made one after another in a process, so there are as many as
 * processors. They share the port and the database, nothing else.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readConfig } from '#lib/server/config.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { createLogger } from '#lib/server/logger.ts';

const config = readConfig();
if (config.webProcesses === 1) await import('./open.ts');
else await lead(config.webProcesses);

async function lead(count: number): Promise<void> {
  const logger = createLogger('web', config.logLevel);
  const lifetime = new Lifetime(logger);
  let ending = false;
  lifetime.onEnd('processes', async () => {
    ending = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && end(worker)));
  });
  // Each takes connections itself when it has time for one. Handed over by us, one that is on its way to a process that
  // dies would never be answered.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./open.ts', import.meta.url)) });
  cluster.on('exit', (worker, code, signal) => {
    if (ending) return;
    // One that cannot even start has said why; whoever started us decides when to try again.
    if (!serving.has(worker.id)) return lifetime.fail(new Error('a web process ended while it started'));
    logger.error(
      { pid: worker.process.pid, exitCode: code, signal },
      'a web process ended; another takes its place',
    );
    void begin();
  });
  const serving = new Set<number>();
  const begin = async (): Promise<void> => {
    const worker = cluster.fork();
    await once(worker, 'message');
    serving.add(worker.id);
  };
  await Promise.all(Array.from({ length: count }, begin));
  lifetime.ready();
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  worker.process.kill('SIGTERM');
  await once(worker, 'exit');
}
