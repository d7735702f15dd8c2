/**
 * Everything the environment may say, read once per process by its main.ts and passed on as a value.
 * This is the only file that reads the environment; variables.ts has the names.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { readS3, type S3Config } from './s3-config.ts';
import { ambientVariables, variables } from './variables.ts';

export type Environment = Record<string, string | undefined>;

export interface Config {
  readonly dataDir: string;
  /** Unset: PostgreSQL is embedded under dataDir and the supervisor hands its address to the other processes. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Where the logs keep their tiles; undefined: files under dataDir. */
  readonly s3: S3Config | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Undefined: mail is not signed here (RFC 6376). */
  readonly dkim: DkimConfig | undefined;
  /** Where mail that does not arrive comes back to; each mail has its own tag in it. */
  readonly bounceAddress: string | undefined;
  /** The workers take such mail themselves, by SMTP. */
  readonly bouncePort: number | undefined;
  /** Who is told of machines in trouble. */
  readonly operatorMail: readonly string[];
  /** Of one address, counted for all web processes together. */
  readonly apiRequestsPerMinute: number;
  readonly allRequestsPerMinute: number;
  /** Where a weakness is reported, a URI (RFC 9116 §2.5.3). */
  readonly securityContact: string;
  /** True when no mail leaves the machine and every message lands in the demo mailbox. */
  readonly demoMailbox: boolean;
  /** Webhooks may lead to this very machine: in a demonstration, when it is said, and never else. */
  readonly webhookLoopback: boolean;
  readonly web: Endpoint;
  readonly webProcesses: number;
  readonly ca: Endpoint;
  readonly log: Endpoint;
  /** What an entry is answered with that the log has already: itself, or 409 as other logs do. */
  readonly logDuplicates: 'return' | 'conflict';
  /** Where other log processes on the same database reach this one. */
  readonly logPeerUrl: string;
  /** The logs answer reads and refuse entries. */
  readonly logReadOnly: boolean;
  /** Where the newest checkpoint of each log is kept besides, so that an old copy is known as one. */
  readonly logAnchorDir: string | undefined;
  readonly issuersFile: string | undefined;
  /** Whom the embedded issuer lets people sign in with, besides a mailed code. */
  readonly loginProvidersFile: string | undefined;
  readonly logsFile: string | undefined;
  /** trusted_root.json of the public instance; unset, it is read through TUF when somebody verifies with it. */
  readonly publicTrustedRootFile: string | undefined;
  /** Raw files of the default branch at further hosts: host -> address with {path} and {file}. */
  readonly repositoryHosts: Readonly<Record<string, string>>;
  readonly caChainFile: string | undefined;
  readonly caKeyFile: string | undefined;
  /** Between the processes of this instance; unset, they share a file under dataDir. */
  readonly internalSecret: string | undefined;
  /** Seals the generated private keys on disk; unset, they are plain files that only their owner may read. */
  readonly keyPassphrase: string | undefined;
  readonly keyPassphraseFile: string | undefined;
  /** Seals secrets in the database, where web and workers share no folder; unset, a file under dataDir does. */
  readonly sealKey: string | undefined;
  /** Who cosigns our logs; undefined when nobody is asked. */
  readonly witnesses: WitnessesConfig | undefined;
  /** Undefined unless we are a witness ourselves. */
  readonly witness: WitnessConfig | undefined;
  /** How many proxies of ours stand in front: whose word about the client's address counts. */
  readonly proxyHops: number;
  readonly logLevel: string;
  readonly colour: boolean;
  /** For commands that speak for a team. */
  readonly apiKey: string | undefined;
}

export interface Endpoint {
  readonly port: number;
  /** Public origin, without a trailing slash. */
  readonly url: string;
}

export interface DkimConfig {
  readonly domain: string;
  readonly selector: string;
  readonly keyFile: string;
}

export interface WitnessesConfig {
  readonly policyFile: string;
  /** `require`: nobody is answered before a quorum has cosigned. */
  readonly mode: 'async' | 'require';
  readonly budgetMs: number;
}

export interface WitnessConfig {
  readonly port: number;
  readonly name: string;
  readonly logsFile: string;
}

/** Thrown with one sentence for the person who set the variable. */
export function readConfig(env: Environment = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(
      `${issue?.path.join('.') ?? 'The environment'}: ${issue?.message ?? 'is not valid'}.`,
    );
  }
  const read = parsed.data;
  const ports = [read.WEB_PORT, read.CA_PORT, read.LOG_PORT];
  if (new Set(ports).size < 3)
    throw new ConfigError('WEB_PORT, CA_PORT and LOG_PORT must be three different ports.');
  const endpoint = (at: number, publicUrl: string | undefined): Endpoint => ({
    port: at,
    url: publicUrl ?? `http://localhost:${at}`,
  });
  return {
    dataDir: resolve(read.DATA_DIR),
    databaseUrl: read.DATABASE_URL,
    redisUrl: read.REDIS_URL,
    s3: readS3(read),
    smtpUrl: read.SMTP_URL,
    ...mailIn(read),
    mailFrom: read.MAIL_FROM,
    ...publicFacesIn(read),
    demoMailbox: read.SMTP_URL === undefined && read.DEMO_MAILBOX !== 'off' && isLoopback(read.WEB_URL),
    webhookLoopback:
      read.WEBHOOK_LOOPBACK === 'on' &&
      read.SMTP_URL === undefined &&
      read.DEMO_MAILBOX !== 'off' &&
      isLoopback(read.WEB_URL),
    web: endpoint(read.WEB_PORT, read.WEB_URL),
    ca: endpoint(read.CA_PORT, read.CA_URL),
    log: endpoint(read.LOG_PORT, read.LOG_URL),
    logDuplicates: read.LOG_DUPLICATES,
    logPeerUrl: read.LOG_PEER_URL ?? `http://127.0.0.1:${read.LOG_PORT}`,
    logReadOnly: read.LOG_READ_ONLY === 'on',
    logAnchorDir: read.LOG_ANCHOR_DIR,
    issuersFile: read.ISSUERS_FILE,
    loginProvidersFile: read.LOGIN_PROVIDERS_FILE,
    logsFile: read.LOGS_FILE,
    repositoryHosts: repositoryHostsIn(read.REPOSITORY_HOSTS),
    caChainFile: read.CA_CHAIN_FILE,
    caKeyFile: read.CA_KEY_FILE,
    internalSecret: read.INTERNAL_SECRET,
    keyPassphrase: read.KEY_PASSPHRASE,
    keyPassphraseFile: read.KEY_PASSPHRASE_FILE,
    sealKey: read.SEAL_KEY,
    witnesses:
      read.WITNESS_POLICY_FILE === undefined
        ? undefined
        : { policyFile: read.WITNESS_POLICY_FILE, mode: read.WITNESS_MODE, budgetMs: read.WITNESS_BUDGET_MS },
    witness: witnessIn(read),
    proxyHops: read.PROXY_HOPS,
    logLevel: read.LOG_LEVEL,
    colour: read.NO_COLOR === undefined,
    apiKey: read.SIGWATCH_API_KEY,
  };
}

/** What strangers meet of the web process. */
function publicFacesIn(
  read: z.infer<typeof variables>,
): Pick<
  Config,
  | 'webProcesses'
  | 'securityContact'
  | 'apiRequestsPerMinute'
  | 'allRequestsPerMinute'
  | 'publicTrustedRootFile'
> {
  return {
    webProcesses: read.WEB_PROCESSES,
    publicTrustedRootFile: read.PUBLIC_TRUSTED_ROOT_FILE,
    securityContact: read.SECURITY_CONTACT ?? `mailto:${read.MAIL_FROM.replace(/^.*<|>.*$/g, '')}`,
    apiRequestsPerMinute: read.API_REQUESTS_PER_MINUTE,
    allRequestsPerMinute: read.ALL_REQUESTS_PER_MINUTE,
  };
}

function repositoryHostsIn(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function mailIn(
  read: z.infer<typeof variables>,
): Pick<Config, 'mailFrom' | 'dkim' | 'bounceAddress' | 'bouncePort' | 'operatorMail'> {
  return {
    mailFrom: read.MAIL_FROM,
    dkim: dkimIn(read),
    bounceAddress: read.MAIL_BOUNCE,
    bouncePort: read.BOUNCE_PORT,
    operatorMail: read.OPERATOR_MAIL ?? [],
  };
}

function dkimIn(read: z.infer<typeof variables>): DkimConfig | undefined {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_KEY_FILE: keyFile } = read;
  if (domain === undefined && selector === undefined && keyFile === undefined) return undefined;
  if (domain === undefined || selector === undefined || keyFile === undefined)
    throw new ConfigError('DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE are needed together.');
  return { domain, selector, keyFile };
}

function witnessIn(read: z.infer<typeof variables>): WitnessConfig | undefined {
  const { WITNESS_PORT: port, WITNESS_NAME: name, WITNESS_LOGS_FILE: logsFile } = read;
  if (port === undefined) return undefined;
  if (name === undefined || logsFile === undefined) {
    throw new ConfigError('WITNESS_PORT: a witness also needs WITNESS_NAME and WITNESS_LOGS_FILE.');
  }
  return { port, name, logsFile };
}

export interface AmbientLogin {
  /** An ID token as it is: GitLab's `id_tokens`, or whatever else puts one there. */
  readonly idToken: string | undefined;
  readonly githubActions: { readonly url: string; readonly bearer: string } | undefined;
  readonly buildkite: boolean;
  readonly circleCi: boolean;
  /** Where Kubernetes mounts a projected service account token for signing. */
  readonly tokenFile: string;
  /** A pipeline that gave no token: what it lacks, in words. */
  readonly lacking: string | undefined;
}

export function readAmbientLogin(env: Environment = process.env): AmbientLogin {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = ambientVariables.safeParse(given);
  if (!parsed.success) throw new ConfigError('ACTIONS_ID_TOKEN_REQUEST_URL: is not valid.');
  const read = parsed.data;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = read;
  const lacking =
    read.GITHUB_ACTIONS !== undefined
      ? 'this workflow has no permission `id-token: write`'
      : read.GITLAB_CI === undefined
        ? undefined
        : 'this job has no `id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}`';
  return {
    idToken: read.SIGSTORE_ID_TOKEN ?? read.SIGSTORE_IDENTITY_TOKEN,
    githubActions: url === undefined || bearer === undefined ? undefined : { url, bearer },
    buildkite: read.BUILDKITE !== undefined,
    circleCi: read.CIRCLECI !== undefined,
    tokenFile: read.SIGSTORE_ID_TOKEN_FILE,
    lacking,
  };
}

/** A site with a public address is no demonstration: its mailbox, full of codes, must not exist. */
function isLoopback(webUrl: string | undefined): boolean {
  return webUrl === undefined || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(webUrl).hostname);
}

/** Where a process keeps its private keys: one folder each, 0700, never read by another process. */
export function keyFolder(config: Config, process: 'ca' | 'log' | 'workers' | 'database'): string {
  return join(config.dataDir, 'keys', process);
}

/** What seals the private keys; read by the one process that opens them. */
export function keyPassphrase({ keyPassphrase: given, keyPassphraseFile: file }: Config): string | undefined {
  if (file === undefined) return given;
  try {
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/, 1);
    if (line !== '') return line;
  } catch {
    throw new ConfigError(`KEY_PASSPHRASE_FILE: ${file} cannot be read.`);
  }
  throw new ConfigError(`KEY_PASSPHRASE_FILE: ${file} begins with an empty line.`);
}

/** The address of the database, for processes that need one. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl === undefined) {
    throw new ConfigError(
      'DATABASE_URL is not set: start everything with `npm start`, which brings a database, or name one.',
    );
  }
  return config.databaseUrl;
}

/** The environment for a child process: ours, with what the supervisor found out or decided. */
export function childEnvironment(
  config: Config,
  found: { databaseUrl?: string | undefined } = {},
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATA_DIR: config.dataDir,
    ...(found.databaseUrl === undefined ? {} : { DATABASE_URL: found.databaseUrl }),
  };
}
