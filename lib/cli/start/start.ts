/**
 * `npm start`: brings up everything on one machine, in the order in which one part needs another, says what it does, and
 * stops it in reverse. Each part can also run alone on a machine of its own (`sigwatch log`, `sigwatch ca` ...).
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
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

type PartName = (typeof parts)[number]['name'];

/** Resolves with the exit code when everything has stopped again. */
export async function start(config: Config): Promise<number> {
  const terminal = new Terminal(config.colour);
  const stops: (() => Promise<void> | void)[] = [];
  const stopped = new Promise<number>((done) => {
    const stopAll = once(async (code: number) => {
      for (const stop of stops.toReversed()) await stop();
      done(code);
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAll(0));
    bringUp(config, terminal, stops).catch((error: unknown) => {
      terminal.fail(inOneSentence(error));
      void stopAll(1);
    });
  });
  return stopped;
}

async function bringUp(
  config: Config,
  terminal: Terminal,
  stops: (() => Promise<void> | void)[],
): Promise<void> {
  terminal.heading('Sigwatch');
  const instance = Instance.open(config.dataDir);
  stops.push(() => instance.close());
  for (const [name, endpoint] of endpoints(config)) await requireFreePort(name, endpoint);

  const onTrouble = (sentence: string) => terminal.note(sentence);
  const database = await terminal.step(
    'database',
    () => openDatabase(config, { onStart: (pid) => instance.record('postgres', pid), onTrouble }),
    (opened) =>
      opened.embedded ? `PostgreSQL in ${join(config.dataDir, 'postgres')}` : 'yours (DATABASE_URL)',
  );
  stops.push(() => database.stop());
  await terminal.step(
    'migrations',
    () => bringUpToDate(database.url),
    (said) => said,
  );

  const env = childEnvironment(config, { databaseUrl: database.url });
  if (!buildIsCurrent())
    await terminal.step(
      'pages',
      () => build(env),
      () => 'built (once, until sources change)',
    );
  for (const { name, main } of parts) {
    const logFolder = join(config.dataDir, 'logs');
    const child = new Child({
      name,
      main,
      env,
      logFolder,
      onTrouble,
      onStart: (pid) => instance.record(name, pid),
    });
    stops.push(() => child.stop());
    await terminal.step(
      name,
      () => child.start(),
      () => describe(config, name),
    );
  }
  terminal.lines(addresses(config));
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

async function requireFreePort(variable: string, { port }: Endpoint): Promise<void> {
  await new Promise<void>((free, taken) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EACCES' ? 'may not be used by this user' : 'is taken by another program';
      taken(new ChildError(`Port ${port} ${why}: set ${variable} to another one.`));
    });
    probe.listen(port, () => probe.close(() => free()));
  });
}

function inOneSentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function once(work: (code: number) => Promise<void>): (code: number) => Promise<void> {
  let running: Promise<void> | undefined;
  return (code) => (running ??= work(code));
}
