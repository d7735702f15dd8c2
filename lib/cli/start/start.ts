/**
 * `npm start`: brings up everything on one machine, in the order in which one part needs another, says what it does, and
 * stops it in reverse. Each part can also run alone on a machine of its own (`sigwatch log`, `sigwatch ca` ...).
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment, type Config, type Endpoint } from '../../server/config.ts';
import { build, buildIsCurrent } from './build.ts';
import { Child, ChildError } from './child.ts';
import { bringUpToDate, openDatabase } from './database.ts';
import { Instance } from './instance.ts';
import { Terminal } from './terminal.ts';

const parts = [
  { name: 'log', main: 'log/main.ts' },
  { name: 'ca', main: 'ca/main.ts' },
  { name: 'workers', main: 'workers/main.ts' },
  { name: 'web', main: 'app/main.ts' },
] as const;

/** For what was being opened when the end came; only a build takes longer, and that leaves nothing behind. */
const patienceMs = 5_000;

type PartName = (typeof parts)[number]['name'];

/** Resolves with the exit code when everything has stopped again. */
export async function start(config: Config): Promise<number> {
  const terminal = new Terminal(config.colour);
  const running = new Running();
  const told = new Promise<number>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        running.ending = true;
        stop(0);
      });
    }
  });
  const started = bringUp(config, terminal, running).catch((error: unknown) => {
    // What breaks off because it was told to is no failure.
    if (!running.ending) terminal.fail(error instanceof Error ? error.message : String(error));
    return 1;
  });
  const code = await Promise.race([told, started.then((failed) => failed ?? told)]);
  running.ending = true;
  await running.stop();
  // A part that was just being opened is opened by now, and has to go as well.
  await Promise.race([started, sleep(patienceMs)]);
  await running.stop();
  return code;
}

class Running {
  ending = false;
  private readonly stops: (() => Promise<void> | void)[] = [];

  /** What was opened is closed at the end, newest first. Breaks the start off when the end has come already. */
  opened(stop: () => Promise<void> | void): void {
    this.stops.push(stop);
    if (this.ending) throw new ChildError('stopped while starting');
  }

  async stop(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) await stop();
  }
}

async function bringUp(config: Config, terminal: Terminal, running: Running): Promise<void> {
  terminal.heading('Sigwatch');
  const instance = Instance.open(config.dataDir);
  await instance.takeOver();
  running.opened(() => instance.close());
  for (const [name, endpoint] of endpoints(config)) await requireFreePort(name, endpoint);

  const onTrouble = (sentence: string) => terminal.note(sentence);
  const database = await terminal.step(
    'database',
    () => openDatabase(config, { onStart: (pid) => instance.record('postgres', pid), onTrouble }),
    (opened) =>
      opened.embedded ? `PostgreSQL in ${join(config.dataDir, 'postgres')}` : 'yours (DATABASE_URL)',
  );
  running.opened(() => database.stop());
  await terminal.step(
    'migrations',
    () => bringUpToDate(database.url),
    (said) => said,
  );

  const env = childEnvironment(config, { databaseUrl: database.url });
  if (!buildIsCurrent()) {
    await terminal.step(
      'pages',
      () => build(env),
      () => 'built (once, until sources change)',
    );
  }
  const logFolder = join(config.dataDir, 'logs');
  for (const { name, main } of parts) {
    const onStart = (pid: number) => instance.record(name, pid);
    const child = new Child({ name, main, env, logFolder, onTrouble, onStart });
    running.opened(() => child.stop());
    await terminal.step(
      name,
      () => child.start(),
      () => describe(config, name),
    );
  }
  terminal.lines(addresses(config));
  if (config.smtpUrl === undefined && !config.demoMailbox) {
    terminal.note('No SMTP_URL is set, so no mail goes out; it waits in the outbox.');
  }
}

function endpoints(config: Config): [string, Endpoint][] {
  return [
    ['WEB_PORT', config.web],
    ['CA_PORT', config.ca],
    ['LOG_PORT', config.log],
  ];
}

function describe(config: Config, name: PartName): string {
  switch (name) {
    case 'log':
      return `transparency logs at ${config.log.url}`;
    case 'ca':
      return `certificates, timestamps, login at ${config.ca.url}`;
    case 'workers':
      return config.redisUrl === undefined
        ? 'following the logs (queues in PostgreSQL)'
        : 'following the logs (queues in Redis)';
    case 'web':
      return `pages at ${config.web.url}`;
  }
}

function addresses(config: Config): [string, string][] {
  const rows: [string, string][] = [
    ['Open', config.web.url],
    ['Trust', `${config.ca.url}/trusted_root.json`],
    ['Login', `${config.ca.url}/oidc`],
    ['Log files', join(config.dataDir, 'logs')],
  ];
  if (config.demoMailbox)
    rows.splice(1, 0, ['Mailbox', `${config.web.url}/mailbox (no SMTP_URL: no mail leaves this machine)`]);
  return rows;
}

/** Tried for a moment: the kernel takes a while to give back the port of a process that was just ended. */
async function requireFreePort(variable: string, { port }: Endpoint): Promise<void> {
  let code = await tryPort(port);
  for (let tries = 0; tries < 10 && code === 'EADDRINUSE'; tries++) {
    await sleep(100);
    code = await tryPort(port);
  }
  if (code === undefined) return;
  const why = code === 'EACCES' ? 'may not be used by this user' : 'is taken by another program';
  throw new ChildError(`Port ${port} ${why}: set ${variable} to another one.`);
}

async function tryPort(port: number): Promise<string | undefined> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? 'unknown'));
    probe.listen(port, () => probe.close(() => answer(undefined)));
  });
}
