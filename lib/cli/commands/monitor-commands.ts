/** `sigwatch search` and `sigwatch watch` on the command line. */
import type { Command } from 'commander';

interface SearchOptions {
  readonly instance?: string;
  readonly issuer?: string;
  readonly repository?: string;
  readonly since?: string;
  readonly cursor?: string;
  readonly limit: string;
  readonly json?: boolean;
}

export function addSearch(program: Command): void {
  program
    .command('search')
    .description('look up signatures by identity, or by the digest of a file, key or certificate')
    .argument(
      '<identity or digest>',
      'an e-mail address, repository or URI, or the SHA-256 of a file, key or certificate',
    )
    .option('--issuer <url>', 'vouched for by this login provider alone, exactly')
    .option('--repository <name>', 'from this repository alone, like github.com/acme/app')
    .option('--since <time>', 'first seen at or after, like 2027-01-31 or 2027-01-31T12:00:00Z')
    .option('--limit <count>', 'how many on a page, at most 200', '50')
    .option('--cursor <text>', 'go on where the page before ended')
    .option('--instance <url>', 'whom to ask; unset: the configured instance')
    .option('--json', 'print the answer as JSON')
    .action(async (wanted: string, { instance, json, ...query }: SearchOptions) => {
      const [{ runCommand }, { readConfig }, { search }, { instanceAddress }] = await Promise.all([
        import('../run-command.ts'),
        import('../../server/config.ts'),
        import('../search.ts'),
        import('../instance-api.ts'),
      ]);
      await runCommand(async () => {
        const config = readConfig();
        const job = {
          ...query,
          wanted,
          instance: instanceAddress(instance ?? config.web.url),
          json: json === true,
          colour: config.colour && process.stdout.isTTY === true,
        };
        return search(job, (text) => process.stdout.write(text));
      });
    });
}

interface WatchOptions {
  readonly email: string;
  readonly instance?: string;
  readonly json?: boolean;
}

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('ask to be told by mail when somebody signs as this identity')
    .argument('<identity>', 'an e-mail address, repository or URI')
    .requiredOption('--email <address>', 'who is told; one mail asks to confirm')
    .option('--instance <url>', 'whom to ask; unset: the configured instance')
    .option('--json', 'print the answer as JSON')
    .action(async (identity: string, { email, instance, json }: WatchOptions) => {
      const [{ runCommand }, { readConfig }, { watch }, { instanceAddress }] = await Promise.all([
        import('../run-command.ts'),
        import('../../server/config.ts'),
        import('../watch.ts'),
        import('../instance-api.ts'),
      ]);
      await runCommand(async () => {
        const job = {
          identity,
          email,
          instance: instanceAddress(instance ?? readConfig().web.url),
          json: json === true,
        };
        return watch(job, (text) => process.stdout.write(text));
      });
    });
}
