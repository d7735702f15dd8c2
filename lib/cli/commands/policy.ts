/** `sigwatch policy ...` on the command line. */
import type { Command } from 'commander';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { TrustOptions } from '../trust-source.ts';
import { withTrustOptions } from './trust-options.ts';

interface CheckOptions extends TrustOptions {
  readonly policy: string;
  readonly bundles?: string[];
  readonly log?: boolean;
  readonly instance?: string;
  readonly json?: boolean;
}

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('who must have signed: check it, check the file');
  const command = policy
    .command('check')
    .description('are the signatures on an artifact enough for a policy, and who is missing')
    .argument('<artifact>', 'a file, a folder (by manifest), - for standard input, or sha256:DIGEST')
    .requiredOption('--policy <file>', 'YAML or JSON')
    .option('--bundles <folder or file...>', 'where the bundles are')
    .option(
      '--log',
      'collect the signatures from the logs, by digest; of Rekor v2 they count only where the policy names observers',
    )
    .option('--instance <url>', 'who knows where in the logs they are; unset: the configured instance')
    .option('--json', 'print the report as JSON');
  withTrustOptions(command).action(async (artifact: string, options: CheckOptions) => {
    const { runCommand } = await import('../run-command.ts');
    await runCommand(async () => check(artifact, options));
  });
  policy
    .command('schema')
    .description('print the JSON Schema of policy files')
    .action(async () => {
      const { policySchema } = await import('#lib/policy/policy-schema.ts');
      process.stdout.write(`${JSON.stringify(policySchema(), null, 2)}\n`);
      process.exitCode = exitCode.yes;
    });
}

async function check(artifactName: string, options: CheckOptions) {
  const [
    { readConfig },
    { checkPolicy, readPolicyFile },
    { collectBundles },
    { readArtifact },
    { loadTrust },
  ] = await Promise.all([
    import('../../server/config.ts'),
    import('../policy.ts'),
    import('../collect-bundles.ts'),
    import('../read-input.ts'),
    import('../trust-source.ts'),
  ]);
  const config = readConfig();
  const policy = readPolicyFile(options.policy);
  const artifact = readArtifact(artifactName);
  if (options.bundles === undefined && options.log !== true) {
    throw new CommandError(exitCode.usage, 'say where the signatures are: --bundles or --log');
  }
  const bundles = collectBundles(options.bundles ?? []);
  const { trustedRoot } = await loadTrust(options, config);
  const logged =
    options.log === true
      ? await collect(options.instance ?? config.web.url, artifact, trustedRoot)
      : undefined;
  return checkPolicy(
    {
      policy,
      artifactName,
      artifact,
      trustedRoot,
      bundles,
      logged,
      now: new Date(),
      json: options.json === true,
      colour: config.colour && process.stdout.isTTY === true,
    },
    (text) => process.stdout.write(text),
  );
}

async function collect(given: string, artifact: Artifact, trustedRoot: TrustedRoot) {
  const [{ instanceAddress }, { collectFromLog }] = await Promise.all([
    import('../instance-api.ts'),
    import('../collect-from-log.ts'),
  ]);
  const instance = instanceAddress(given);
  const sha256 = artifact.digest('SHA-256');
  if (sha256 === undefined) {
    throw new CommandError(exitCode.usage, '--log needs the artifact, or its digest as sha256:HEX');
  }
  return { instance, collected: await collectFromLog(instance, sha256, trustedRoot) };
}
