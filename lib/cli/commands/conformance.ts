/**
 * The protocol of the public conformance suite (sigstore/sigstore-conformance docs/cli_protocol.md): two commands with
 * fixed options, whose answer is the exit code alone.
 */
import type { Command } from 'commander';

interface VerifyOptions {
  readonly bundle: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly key?: string;
  readonly trustedRoot?: string;
  readonly staging?: boolean;
}

interface SignOptions {
  readonly bundle: string;
  readonly identityToken: string;
  readonly inToto?: boolean;
  readonly staging?: boolean;
  readonly trustedRoot?: string;
  readonly signingConfig?: string;
}

export function addConformance(program: Command): void {
  program
    .command('sign-bundle')
    .description('sign as the public conformance suite asks')
    .argument('<artifact>', 'a file')
    .requiredOption('--bundle <file>')
    .requiredOption('--identity-token <token>')
    .option('--in-toto', 'the file is an in-toto statement')
    .option('--trusted-root <file>')
    .option('--signing-config <file>')
    .option('--staging', 'sign with the public staging instance')
    .action(async (artifact: string, options: SignOptions) => {
      const { runCommand } = await import('../run-command.ts');
      await runCommand(async () => {
        const { signAsAsked } = await import('../conformance-sign.ts');
        return signAsAsked(artifact, options);
      });
    });
  program
    .command('verify-bundle')
    .description('verify as the public conformance suite asks')
    .argument('<artifact>', 'a file or sha256:DIGEST')
    .requiredOption('--bundle <file>')
    .option('--certificate-identity <identity>')
    .option('--certificate-oidc-issuer <url>')
    .option('--key <file>')
    .option('--trusted-root <file>')
    .option('--staging', 'believe the public staging instance')
    .action(async (artifact: string, options: VerifyOptions) => {
      const { runCommand } = await import('../run-command.ts');
      await runCommand(async () => {
        const { verifyAsAsked } = await import('../conformance.ts');
        return verifyAsAsked(artifact, options);
      });
    });
}
