/** `sigwatch verify` on the command line. */
import type { Command } from 'commander';
import type { SignerOptions } from '../expected-signer.ts';
import { BundleError } from '#lib/bundle/bundle.ts';
import { CommandError } from '../exit-codes.ts';
import type { TrustOptions } from '../trust-source.ts';
import { collect } from './repeated-options.ts';
import { withTrustOptions } from './trust-options.ts';

interface Options extends SignerOptions, TrustOptions {
  readonly bundle: string;
  readonly predicateType?: string[];
  readonly acceptPromiseAlone?: boolean;
  readonly json?: boolean;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('verify the signature of a file or digest, offline when given a trusted root')
    .argument('<artifact>', 'a file, a folder (by manifest), - for standard input, or sha256:DIGEST')
    .requiredOption('--bundle <file>', 'the Sigstore bundle, version 0.1 to 0.3')
    .option('--identity <text>', 'who must have signed, exactly')
    .option('--identity-domain <domain>', 'any address at this domain')
    .option('--identity-glob <glob>', 'like this: * within a path segment, ** across')
    .option('--issuer <url>', 'who must have vouched for the login, exactly')
    .option('--issuer-glob <glob>', 'like this')
    .option(
      '--claim <name=value>',
      'what the certificate must say, e.g. sourceRepositoryRef=refs/tags/v1',
      collect,
    )
    .option('--key <file>', 'the public key it must be signed with, PEM')
    .option('--anyone', 'do not ask who signed; say it')
    .option(
      '--predicate-type <type>',
      'the kind of attestation it must be; given twice, one of both',
      collect,
    )
    .option('--accept-promise-alone', 'let an old bundle pass without inclusion proof')
    .option('--json', 'print every step as JSON');
  withTrustOptions(command).action(async (artifact: string, options: Options) => {
    const { runCommand } = await import('../run-command.ts');
    await runCommand(async () => run(artifact, options));
  });
}

async function run(artifactName: string, options: Options) {
  const [{ readConfig }, { expectedSigner }, input, { loadTrust }, { verify }] = await Promise.all([
    import('../../server/config.ts'),
    import('../expected-signer.ts'),
    import('../read-input.ts'),
    import('../trust-source.ts'),
    import('../verify.ts'),
  ]);
  const config = readConfig();
  const { predicateType } = options;
  const expected = {
    signer: expectedSigner(options),
    ...(predicateType === undefined ? {} : { predicateTypes: predicateType }),
  };
  const artifact = input.readArtifact(artifactName);
  const bundle = readingBundle(options, artifactName, () => input.readBundleFile(options.bundle));
  const { trustedRoot } = await loadTrust(options, config);
  const acceptPromiseAlone = options.acceptPromiseAlone === true;
  return verify(
    {
      artifactName,
      artifact,
      bundle,
      options: { trustedRoot, expected, acceptPromiseAlone },
      json: options.json === true,
      colour: config.colour && process.stdout.isTTY === true,
    },
    (text) => process.stdout.write(text),
  );
}

/** What is no bundle is refused in the same words as a bundle that does not verify. */
function readingBundle<T>({ json }: Options, artifact: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (json === true && error instanceof CommandError && error.cause instanceof BundleError) {
      const { code, message: reason } = error.cause;
      const failure = { step: 'bundle', code, reason };
      process.stdout.write(
        `${JSON.stringify({ verdict: 'refused', artifact, failure, steps: [] }, null, 2)}\n`,
      );
    }
    throw error;
  }
}
