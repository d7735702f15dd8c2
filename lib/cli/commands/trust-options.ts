/** The options that say whom to believe, the same for every command that believes anybody. */
import type { Command } from 'commander';

export function withTrustOptions(command: Command): Command {
  return command
    .option('--trusted-root <file or url>', 'whom to believe; unset: the configured instance')
    .option('--tuf <url>', 'whom to believe: what this TUF repository lists')
    .option('--tuf-root <file or sha256>', 'where that trust begins: its first root, or the SHA-256 of it')
    .option(
      '--public-instance',
      'whom to believe: the public instance of Sigstore, through its TUF repository',
    );
}
