/** `sigwatch ca csr | import | rotate | reseal` and `sigwatch trust rotate | export`: keys and trust, for the operator. */
import { resolve } from 'node:path';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { CaCommand } from '../ca-command.ts';

const roleNames = ['root', 'targets', 'snapshot', 'timestamp'];
const dayHours = 24;

/** `ca` is the command that runs the authority; these stand below it. */
export function addAuthorityCommands(program: Command): void {
  const ca = program.commands.find((command) => command.name() === 'ca') ?? program.command('ca');
  ca.command('csr')
    .description('print a request for the company’s own authority to sign our intermediate')
    .option('--name <name>', 'subject of the intermediate', 'O=Sigwatch, CN=Sigwatch intermediate')
    .action((options: { name: string }) => run('request-intermediate', options));
  addImport(ca);
  addCaRotate(ca);
  addReseal(ca);
  const trust = program.command('trust').description('what clients believe: hand it out, change its keys');
  addTrustRotate(trust);
  addTrustSigning(trust);
  addTrustExport(trust);
}

interface CaRotateOptions {
  readonly after: number;
  readonly compromisedSince?: string;
  readonly dryRun?: boolean;
}

function addCaRotate(ca: Command): void {
  ca.command('rotate')
    .description('make the next key of one part; it is announced first and signs later')
    .addArgument(
      new Argument('[part]', 'what gets a new key')
        .choices(['intermediate', 'timestamps', 'login'])
        .default('intermediate'),
    )
    .option('--after <hours>', 'when it begins to issue', hours, dayHours)
    .option(
      '--compromised-since <time>',
      'the key in use is stolen: replace it now, believe it until then',
      instant,
    )
    .option('--dry-run', 'say what would happen and change nothing')
    .action((part: string, { after, compromisedSince, dryRun }: CaRotateOptions) =>
      part === 'login'
        ? run('rotate-login', { compromised: compromisedSince !== undefined, dryRun: dryRun === true })
        : run('rotate-authority', {
            what: part,
            afterHours: after,
            dryRun: dryRun === true,
            ...(compromisedSince === undefined ? {} : { compromisedSince }),
          }),
    );
}

function addReseal(ca: Command): void {
  ca.command('reseal')
    .description(
      'write all private keys of authority, logs and witness again under KEY_PASSPHRASE as it is now',
    )
    .option('--old-passphrase-file <file>', 'its first line is the passphrase of before')
    .option('--open', 'no passphrase any more')
    .action(({ oldPassphraseFile, open }: { oldPassphraseFile?: string; open?: boolean }) =>
      run('reseal', {
        open: open === true,
        ...(oldPassphraseFile === undefined ? {} : { oldPassphraseFile: resolve(oldPassphraseFile) }),
      }),
    );
}

interface ImportOptions {
  readonly key?: string;
  readonly after: number;
  readonly dryRun?: boolean;
}

function addImport(ca: Command): void {
  ca.command('import')
    .description('take the signed chain in; says which clause it breaks when clients would refuse it')
    .argument('<chain.pem>', 'issuing certificate first, self-signed root last')
    .option('--key <file>', 'its private key, when it is not the one of sigwatch ca csr')
    .option('--after <hours>', 'when it begins to issue', hours, dayHours)
    .option('--dry-run', 'check the chain and change nothing')
    .action((chain: string, { key, after, dryRun }: ImportOptions) =>
      run('import-chain', {
        chainFile: resolve(chain),
        ...(key === undefined ? {} : { keyFile: resolve(key) }),
        afterHours: after,
        dryRun: dryRun === true,
      }),
    );
}

interface RotateOptions {
  readonly compromised?: boolean;
  readonly dryRun?: boolean;
  readonly rootKeys?: number;
  readonly rootThreshold?: number;
}

function addTrustRotate(trust: Command): void {
  trust
    .command('rotate')
    .description('replace keys of the TUF repository; clients follow by themselves')
    .argument('[roles...]', `any of ${roleNames.join(', ')}; unset: snapshot and timestamp`)
    .option('--compromised', 'the old keys are stolen: they sign nothing more, from now on')
    .option('--root-keys <count>', 'how many root keys from now on', count)
    .option('--root-threshold <count>', 'how many of them must sign', count)
    .option('--dry-run', 'say what would happen and change nothing')
    .action((given: string[], { dryRun, compromised, rootKeys, rootThreshold }: RotateOptions) =>
      run('rotate-tuf', {
        roles: given.length === 0 ? ['snapshot', 'timestamp'] : given,
        compromised: compromised === true,
        dryRun: dryRun === true,
        ...(rootKeys === undefined ? {} : { rootKeys }),
        ...(rootThreshold === undefined ? {} : { rootThreshold }),
      }),
    );
}

function addTrustSigning(trust: Command): void {
  trust
    .command('sign')
    .description('sign with an offline key what waits for it; on any machine that has this program')
    .argument('<signing-request.json>', 'from DATA_DIR/keys/ca/tuf; the signature is added to it')
    .requiredOption('--key <file>', 'root-... or targets-..., .key.pem')
    .action((request: string, { key }: { key: string }) =>
      run('sign-tuf', { requestFile: resolve(request), keyFile: resolve(key) }),
    );
  trust
    .command('apply')
    .description('take in what was signed elsewhere; refused when clients would refuse it')
    .argument('<signing-request.json>', 'as trust sign left it')
    .action((file: string) => run('apply-tuf', { file: resolve(file) }));
}

function addTrustExport(trust: Command): void {
  trust
    .command('export')
    .description('write everything a machine without a network needs to verify, as one .tgz')
    .option('--out <file>', 'where to', 'sigwatch-trust.tgz')
    .option('--mirror <url>', 'the TUF repository; unset: the configured instance')
    .option('--root-sha256 <digest>', 'what the first root must be')
    .action(async (options: { out: string; mirror?: string; rootSha256?: string }) => {
      const [{ runCommand }, { exportTrust }] = await Promise.all([
        import('../run-command.ts'),
        import('../trust-export.ts'),
      ]);
      await runCommand(() => exportTrust(options));
    });
}

async function run(name: CaCommand, input: object) {
  const { runCaCommand } = await import('../ca-command.ts');
  await runCaCommand(name, input);
}

function hours(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of hours, 0 for now.');
}

function instant(text: string): string {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime()) && time <= new Date()) return time.toISOString();
  throw new InvalidArgumentError('It must be a time that has passed, like 2027-01-31T12:00:00Z.');
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
