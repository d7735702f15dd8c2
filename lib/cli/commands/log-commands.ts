/** `sigwatch log rotate`: for the operator of the logs. */
import { spawn } from 'node:child_process';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { childEnvironment, readConfig } from '../../server/config.ts';
import { projectFolder } from '../start/child.ts';

/** `log` is the command that runs the logs; this stands below it. */
export function addLogCommands(program: Command): void {
  const log = program.commands.find((command) => command.name() === 'log') ?? program.command('log');
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
      return rotate({ kind, url, freezeAfterMinutes, dryRun });
    });
}

async function rotate(input: object): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'log/commands/rotate.ts', JSON.stringify(input)],
    {
      cwd: projectFolder,
      env: childEnvironment(readConfig()),
      stdio: 'inherit',
    },
  );
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
