/** `sigwatch policy ...` on the command line. */
import type { Command } from 'commander';
import { exitCode } from '../exit-codes.ts';
import { leaveOnUsage } from '../usage-exit.ts';
import type { TrustOptions } from '../trust-source.ts';
import { withTrustOptions } from './trust-options.ts';

interface CheckOptions extends TrustOptions {
  readonly policy: string;
  readonly bundles: string[];
  readonly json?: boolean;
}

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('who must have signed: check it, check the file');
  const command = policy
    .command('check')
    .exitOverride(leaveOnUsage)
    .description('are the signatures on an artifact enough for a policy, and who is missing')
    .argument('<artifact>', 'a file, - for standard input, or sha256:DIGEST')
    .requiredOption('--policy <file>', 'YAML or JSON')
    .requiredOption('--bundles <folder or file...>', 'where the bundles are')
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
  const bundles = collectBundles(options.bundles);
  const { trustedRoot } = await loadTrust(options, config);
  return checkPolicy(
    {
      policy,
      artifactName,
      artifact,
      trustedRoot,
      bundles,
      now: new Date(),
      json: options.json === true,
      colour: config.colour && process.stdout.isTTY === true,
    },
    (text) => process.stdout.write(text),
  );
}
