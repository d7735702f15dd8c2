/** Every command there is, on one page. */
import { Command, Option } from 'commander';
import { childEnvironment, readConfig } from '../server/config.ts';
import { build, buildIsCurrent } from './start/build.ts';
import { start } from './start/start.ts';
import { addAuthorityCommands } from './commands/authority-commands.ts';
import { addClientCommands } from './commands/client-commands.ts';
import { addCompletion } from './commands/completion.ts';
import { addLogCommands } from './commands/log-commands.ts';
import { addDoctor } from './commands/doctor.ts';
import { addHelpTexts } from './commands/help-texts.ts';
import { refuseRepeats } from './commands/repeated-options.ts';
import { runAlone } from './run-alone.ts';
import { leaveOnUsage } from './usage-exit.ts';

export function buildProgram(): Command {
  const program = new Command('sigwatch')
    .description('Have I Been Pwned for code signing, with the whole signing service in the box.')
    .showHelpAfterError()
    .exitOverride(leaveOnUsage);
  addProcesses(program);
  addToken(program);
  addFsck(program);
  addClientCommands(program);
  addLogCommands(program);
  addAuthorityCommands(program);
  addDoctor(program);
  addCompletion(program);
  addHelpTexts(program);
  refuseRepeats(program);
  return program;
}

function addProcesses(program: Command): void {
  program
    .command('start')
    .description('bring up everything on this machine: database, logs, certificate authority, workers, pages')
    .action(async () => process.exit(await start(readConfig())));
  for (const [name, main, what] of [
    ['log', 'log/main.ts', 'the transparency logs'],
    ['ca', 'ca/main.ts', 'the certificate authority, timestamps and login'],
    ['workers', 'workers/main.ts', 'the processes that follow logs and send alerts'],
    ['web', 'app/main.ts', 'the pages and the public API'],
  ] as const) {
    program
      .command(name)
      .description(`run ${what} alone (needs DATABASE_URL)`)
      .action(() => runAlone(main));
  }
  program
    .command('build')
    .description('build the pages, unless they are current')
    .action(async () => {
      if (!buildIsCurrent()) await build(childEnvironment(readConfig()));
    });
}

function addToken(program: Command): void {
  program
    .command('token')
    .description('get an ID token through the login of this instance and print it')
    .requiredOption('--email <address>', 'who to sign in as')
    .option('--audience <audience>', 'who the token is for', 'sigstore')
    .action(async (options: { email: string; audience: string }) => {
      const config = readConfig();
      const { token } = await import('./token.ts');
      const mailboxUrl = `${config.web.url}/api/dev/mailbox`;
      process.stdout.write(`${await token({ ...options, caUrl: config.ca.url, mailboxUrl })}\n`);
    });
}

function addFsck(program: Command): void {
  program
    .command('fsck')
    .description('read a whole log by its address and check every hash of it against what it signed')
    .argument(
      '<url>',
      'a tile log (c2sp.org/tlog-tiles), an RFC 6962 log, or a static-ct log by its monitoring prefix',
    )
    .option('--key <key>', 'verifier key (name+id+base64), or a file with one or with a PEM public key')
    .option('--trusted-root <place>', 'file or address of a trusted_root.json (default: of this instance)')
    .addOption(new Option('--kind <kind>', 'which protocol to speak').choices(['tiles', 'ct', 'static-ct']))
    .option('--unsigned', 'do not check whose signature the checkpoint carries')
    .option('--parallel <reads>', 'reads under way at once', '8')
    .option('--patience <seconds>', 'how long the log may not answer before giving up', '60')
    .option('--state <file>', 'where to keep what is done when the log stops answering, and to go on from')
    .option('--json', 'print the outcome as one JSON object')
    .action(async (url: string, options: Record<string, unknown>) => {
      const { fsckCommand } = await import('./fsck-command.ts');
      process.exitCode = await fsckCommand(url, options, `${readConfig().ca.url}/trusted_root.json`);
    });
}
