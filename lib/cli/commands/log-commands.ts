/** `sigwatch log rotate | incidents | evidence | resolve`: for the operator of the logs, and of those that are followed. */
import { spawn } from 'node:child_process';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { childEnvironment, readConfig } from '../../server/config.ts';
import { runningDatabase } from '../running-database.ts';
import { projectFolder } from '../start/child.ts';

/** `log` is the command that runs the logs; this stands below it. */
export function addLogCommands(program: Command): void {
  const log = program.commands.find((command) => command.name() === 'log') ?? program.command('log');
  addIncidentCommands(log);
  log
    .command('rotate')
    .description('open a new shard of a log with a new key and name, and freeze the old one')
    .addOption(
      new Option('--kind <kind>', 'which log').choices(['rekor-v2', 'rekor-v1', 'ct']).default('rekor-v2'),
    )
    .option('--url <url>', 'rekor-v2: public address of the new shard; its hostname becomes its name')
    .option(
      '--freeze-after <minutes>',
      'how long the old one takes entries, for clients to follow',
      minutes,
      60,
    )
    .option('--dry-run', 'say what would happen and change nothing')
    .action((options: { kind: string; url?: string; freezeAfter: number; dryRun?: boolean }) => {
      const { kind, url, freezeAfter: freezeAfterMinutes, dryRun = false } = options;
      return run('log/commands/rotate.ts', { kind, url, freezeAfterMinutes, dryRun });
    });
}

interface ResolveOptions {
  readonly why: string;
}

function addIncidentCommands(log: Command): void {
  const incidents = 'workers/commands/incidents.ts';
  log
    .command('incidents')
    .description('what followed logs did that no log may, with the statements they signed')
    .option('--all', 'those that are resolved too')
    .action(({ all = false }: { all?: boolean }) => run(incidents, { all }));
  log
    .command('evidence')
    .description(
      'check evidence offline, believing nobody: of an alert, that its entry is in the log, who signed it, and that the alert says what it says; of an incident, what of it the file proves (two statements that cannot both be true, entries or statements that the log did not sign, another key, a standstill), and what stays the word of whoever wrote it',
    )
    .argument(
      '<file>',
      'as the page of the alert or of the log offers it for download, or - for standard input',
    )
    .option('--key <fingerprint>', 'SHA-256 of the key that the log is known to have, in hexadecimal')
    .action(async (file: string, options: { key?: string }) => {
      const { runCommand } = await import('../run-command.ts');
      const { evidenceCommand } = await import('../evidence-command.ts');
      await runCommand(() => evidenceCommand(file, options, (text) => process.stdout.write(text)));
    });
  log
    .command('resolve')
    .description('follow a log again after an incident; what it signed is kept')
    .argument('<incident>', 'its id, as `sigwatch log incidents` gives it')
    .requiredOption('--why <text>', 'what was found out; kept with the incident')
    .action((id: string, { why }: ResolveOptions) => run(incidents, { id, why }));
}

async function run(script: string, input: object): Promise<void> {
  const config = readConfig();
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(input)], {
    cwd: projectFolder,
    env: childEnvironment(config, { databaseUrl: runningDatabase(config) }),
    stdio: 'inherit',
  });
  process.exitCode = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 2));
  });
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of minutes, 0 for now.');
}
