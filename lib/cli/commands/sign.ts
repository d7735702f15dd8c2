/** `sigwatch sign` on the command line. */
import type { Command } from 'commander';
import type { IdToken } from '#lib/sign/id-token.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { SignContext, SignTarget } from '../sign.ts';
import type { TeamOptions } from '../team-access.ts';
import type { TrustOptions } from '../trust-source.ts';
import { withTrustOptions } from './trust-options.ts';

interface Options extends TrustOptions, TeamOptions {
  readonly bundle?: string;
  readonly attest?: string;
  readonly predicateType?: string;
  readonly identityToken?: string;
  readonly signingConfig?: string;
  readonly rekorVersion?: string;
  readonly browser: boolean;
  readonly yes?: boolean;
  readonly intent?: boolean;
  readonly intentFor?: string;
  readonly json?: boolean;
}

export function addSign(program: Command): void {
  const command = program
    .command('sign')
    .description('sign files with your login: a key for this once, a certificate, a log entry, a bundle')
    .argument('<artifacts...>', 'files, folders (by manifest), - for standard input')
    .option('--bundle <file>', 'where the bundle goes; unset: FILE.sigstore.json')
    .option('--attest <predicate.json>', 'sign an in-toto statement about the file instead of the file')
    .option('--predicate-type <type>', 'the kind of that statement, a URI')
    .option('--identity-token <token or file>', 'unset: that of the pipeline, else you sign in')
    .option('--signing-config <file or url>', 'which services; unset: the configured instance')
    .option('--rekor-version <1|2>', 'which kind of log, where there are several')
    .option('--no-browser', 'sign in with a code, in a browser elsewhere')
    .option('-y, --yes', 'I know that this becomes public')
    .option('--intent', 'announce it first, so that your team is told that it is expected')
    .option('--intent-for <where>', 'the same, for this repository or address; unset: what the token says')
    .option('--instance <url>', 'where to announce it; unset: the configured instance')
    .option('--api-key-file <file>', 'a file with a key of your team; unset: SIGWATCH_API_KEY')
    .option('--json', 'print what was signed as JSON lines');
  withTrustOptions(command).action(async (artifacts: string[], options: Options) => {
    const { runCommand } = await import('../run-command.ts');
    await runCommand(async () => run(artifacts, options));
  });
}

async function run(artifacts: readonly string[], options: Options) {
  const [{ readAmbientLogin, readConfig }, { login }, { askConsent }, signing] = await Promise.all([
    import('../../server/config.ts'),
    import('../login.ts'),
    import('../consent.ts'),
    import('../sign.ts'),
  ]);
  const config = readConfig();
  const targets = await readTargets(artifacts, options);
  const context = await signing.signContext(
    {
      signingConfig: options.signingConfig,
      trust: options,
      rekorVersion: rekorVersion(options.rekorVersion),
    },
    config,
  );
  const token = await login({
    given: options.identityToken,
    ambient: readAmbientLogin(),
    issuer: context.services.login,
    browser: options.browser && process.stdin.isTTY === true,
    tell: (text) => process.stderr.write(text),
  }).catch((error: unknown) => {
    throw signing.commandError(error);
  });
  if (options.yes !== true) {
    const logs = context.services.logs.map(({ url }) => url);
    await askConsent(token, logs);
  }
  if (options.intent === true || options.intentFor !== undefined) {
    const { announce } = await import('../announce.ts');
    await announce(targets, token, options, config);
  }
  for (const target of targets) await signAndSay(target, token, context, options.json === true);
  return exitCode.yes;
}

async function signAndSay(target: SignTarget, token: IdToken, context: SignContext, json: boolean) {
  const [{ signOne, signedText }, { progressLine }, { signatureJson }] = await Promise.all([
    import('../sign.ts'),
    import('../progress.ts'),
    import('#lib/verify/verification-json.ts'),
  ]);
  const { name, bundlePath } = target;
  const line = progressLine(name, process.stderr);
  const signature = await signOne(target, token, { ...context, progress: line.step }).finally(line.clear);
  const said = json
    ? `${JSON.stringify({ artifact: name, bundle: bundlePath ?? null, ...signatureJson(signature) })}\n`
    : signedText(target, signature);
  // Standard output may be taken by a bundle.
  (bundlePath === undefined ? process.stderr : process.stdout).write(said);
}

async function readTargets(artifacts: readonly string[], options: Options) {
  const [{ attestationTarget, blobTarget }, { tryDestinations }] = await Promise.all([
    import('../sign-targets.ts'),
    import('../bundle-file.ts'),
  ]);
  const { attest, predicateType, bundle } = options;
  if (bundle !== undefined && artifacts.length > 1) throw usage('--bundle names one file; sign one thing');
  if ((attest === undefined) !== (predicateType === undefined)) {
    throw usage('--attest and --predicate-type belong together');
  }
  const targets = artifacts.map((name) =>
    attest === undefined || predicateType === undefined
      ? blobTarget(name, bundle)
      : attestationTarget(name, { predicate: attest, predicateType }, bundle),
  );
  tryDestinations(targets);
  return targets;
}

function rekorVersion(text: string | undefined): 1 | 2 | undefined {
  if (text === undefined) return undefined;
  if (text !== '1' && text !== '2') throw usage('--rekor-version is 1 or 2');
  return text === '1' ? 1 : 2;
}

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
