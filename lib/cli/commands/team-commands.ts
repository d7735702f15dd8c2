/** `sigwatch alerts`, `intent` and `freeze`: what a team does with an API key. */
import type { Command } from 'commander';
import { CommandError, exitCode, type ExitCode } from '../exit-codes.ts';
import type { TeamAccess } from '../instance-api.ts';
import type { TeamOptions } from '../team-access.ts';

interface Shown {
  readonly json: boolean;
  readonly colour: boolean;
}

const print = (text: string) => void process.stdout.write(text);

function withTeamOptions(command: Command): Command {
  return command
    .option('--instance <url>', 'whom to ask; unset: the configured instance')
    .option('--api-key-file <file>', 'a file with a key of your team; unset: SIGWATCH_API_KEY')
    .option('--json', 'print the answer as JSON');
}

async function forTeam(
  options: TeamOptions & { readonly json?: boolean },
  work: (access: TeamAccess, shown: Shown) => Promise<ExitCode>,
): Promise<void> {
  const [{ runCommand }, { readConfig }, { teamAccess }] = await Promise.all([
    import('../run-command.ts'),
    import('../../server/config.ts'),
    import('../team-access.ts'),
  ]);
  await runCommand(async () => {
    const config = readConfig();
    const shown = { json: options.json === true, colour: config.colour && process.stdout.isTTY === true };
    return work(teamAccess(options, config), shown);
  });
}

interface AlertsOptions extends TeamOptions {
  readonly state?: string;
  readonly verdict?: string;
  readonly since?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly say?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addAlerts(program: Command): void {
  const command = program
    .command('alerts')
    .description('the alerts of your team: list them, show one, answer it')
    .argument('[alert]', 'the id of one alert')
    .option('--say <answer>', 'about that one: mine, not-mine, acknowledge, resolve, reopen, undo')
    .option('--reason <text>', 'why')
    .option(
      '--state <states>',
      'open, acknowledged, mine, not-mine, auto-expected, resolved; several with commas',
    )
    .option('--verdict <verdicts>', 'expected, notable, unexpected, contradiction; several with commas')
    .option('--since <time>', 'made at or after')
    .option('--limit <count>', 'how many on a page, at most 200', '50')
    .option('--cursor <text>', 'go on where the page before ended');
  withTeamOptions(command).action((id: string | undefined, options: AlertsOptions) =>
    forTeam(options, async (access, { json, colour }) => {
      const { say, reason, state, verdict, since, limit, cursor } = options;
      const { answerAlert, listAlerts } = await import('../alerts.ts');
      if (id !== undefined) return answerAlert({ access, id, say, reason, json }, print);
      if (say !== undefined) throw usage('--say needs the id of an alert');
      const query = { state, verdict, since, limit, cursor };
      return listAlerts({ access, query, json, colour }, print);
    }),
  );
}

interface IntentOptions extends TeamOptions {
  readonly file?: string;
  readonly digest?: string;
  readonly count?: string;
  readonly ref?: string;
  readonly workflow?: string;
  readonly until: string;
  readonly list?: boolean;
  readonly state?: string;
  readonly cancel?: string;
  readonly json?: boolean;
}

export function addIntent(program: Command): void {
  const command = program
    .command('intent')
    .description('announce a signature, so that it is told as expected and others are not')
    .argument('[where]', 'the repository it will be signed in, or the e-mail address that signs')
    .option('--file <file>', 'the one file that will be signed')
    .option('--digest <sha256>', 'the digest of it')
    .option('--count <count>', 'how many signatures, without a file or digest')
    .option('--ref <glob>', 'the branch or tag, like refs/tags/v1.*')
    .option('--workflow <glob>', 'the workflow: its address without the ref, or the name of its file')
    .option('--until <time>', 'when it ends: 45m, 12h, 7d or a time', '2h')
    .option('--list', 'list the intents of your team')
    .option('--state <state>', 'list those that are open, used, expired or cancelled')
    .option('--cancel <intent>', 'take one back');
  withTeamOptions(command).action((where: string | undefined, options: IntentOptions) =>
    forTeam(options, async (access, shown) => {
      const { cancelIntent, declare, listIntents } = await import('../intent.ts');
      const { list, state, cancel } = options;
      onlyOne(
        [where, list === true || state !== undefined ? true : undefined, cancel],
        'where, --list and --cancel',
      );
      if (cancel !== undefined) return cancelIntent(access, cancel, shown.json, print);
      if (where === undefined) return listIntents(access, state, shown, print);
      return declare(access, await declaration(where, options), shown.json, print);
    }),
  );
}

async function declaration(repository: string, { file, digest, count, ref, workflow, until }: IntentOptions) {
  const [{ untilTime }, { readArtifact }, { toHex }] = await Promise.all([
    import('../intent.ts'),
    import('../read-input.ts'),
    import('#lib/encoding/bytes.ts'),
  ]);
  if (file !== undefined && digest !== undefined)
    throw usage('--file and --digest are two answers to one question');
  if (count !== undefined && !/^[1-9]\d{0,4}$/.test(count)) throw usage('--count is a number from 1 on');
  const sha256 = file === undefined ? undefined : readArtifact(file).digest('SHA-256');
  return {
    repository,
    digest: sha256 === undefined ? digest : `sha256:${toHex(sha256)}`,
    count: count === undefined ? undefined : Number(count),
    ref,
    workflow,
    until: untilTime(until, new Date()),
  };
}

interface FreezeOptions extends TeamOptions {
  readonly reason?: string;
  readonly list?: boolean;
  readonly lift?: string;
  readonly json?: boolean;
}

export function addFreeze(program: Command): void {
  const command = program
    .command('freeze')
    .description('let nobody get a certificate for a name that your team proved to own')
    .argument('[identity]', 'an e-mail address, repository or URI')
    .option('--reason <text>', 'why, for the record')
    .option('--list', 'list what is and was frozen')
    .option('--lift <freeze>', 'lift one');
  withTeamOptions(command).action((identity: string | undefined, options: FreezeOptions) =>
    forTeam(options, async (access, shown) => {
      const { freeze, lift, listFreezes } = await import('../freeze.ts');
      const reason = options.reason === undefined ? {} : { reason: options.reason };
      onlyOne([identity, options.list, options.lift], 'identity, --list and --lift');
      if (options.lift !== undefined) return lift(access, { id: options.lift, ...reason }, shown.json, print);
      if (identity === undefined) return listFreezes(access, shown, print);
      return freeze(access, { identity, ...reason }, shown.json, print);
    }),
  );
}

function onlyOne(given: readonly unknown[], what: string): void {
  const count = given.filter((one) => one !== undefined).length;
  if (count !== 1) throw usage(`say one of ${what}`);
}

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
