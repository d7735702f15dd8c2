/** `sigwatch log rotate`: for the operator of the logs. */
import { spawn } from 'node:child_process';
import { InvalidArgumentError, type Command } from 'commander';
import { childEnvironment, readConfig } from '../../server/config.ts';
import { projectFolder } from '../start/child.ts';
import { leaveOnUsage } from '../usage-exit.ts';

/** `log` is the command that runs the logs; this stands below it. */
export function addLogCommands(program: Command): void {
  const log = program.commands.find((command) => command.name() === 'log') ?? program.command('log');
  log
    .command('rotate')
    .exitOverride(leaveOnUsage)
    .description('open a new shard of the Rekor v2 log with a new key and name, and freeze the old one')
    .requiredOption('--url <url>', 'public address of the new shard; its hostname becomes its name')
    .option('--freeze-after <minutes>', 'how long both take entries, for clients to follow', minutes, 60)
    .option('--dry-run', 'say what would happen and change nothing')
    .action((options: { url: string; freezeAfter: number; dryRun?: boolean }) =>
      rotate({ url: options.url, freezeAfterMinutes: options.freezeAfter, dryRun: options.dryRun === true }),
    );
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
