/**
 * Where this instance itself listens. Addresses that people give us must not lead there: a receiver on this machine may be
 * wanted in a demonstration (WEBHOOK_LOOPBACK), our own authority, log or database never is.
 */
import type { Config } from './config.ts';

export interface OwnPlaces {
  /** Of this machine. */
  readonly ports: ReadonlySet<string>;
  /** As the world knows us. */
  readonly origins: ReadonlySet<string>;
}

type Listening = Pick<
  Config,
  | 'web'
  | 'ca'
  | 'log'
  | 'logPeerUrl'
  | 'databaseUrl'
  | 'redisUrl'
  | 'smtpUrl'
  | 'bouncePort'
  | 'witness'
  | 's3'
>;

const usual: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
  'smtp:': '25',
  'smtps:': '465',
};

export function ownPlaces(config: Listening): OwnPlaces {
  const { web, ca, log, logPeerUrl, databaseUrl, redisUrl, smtpUrl, bouncePort, witness, s3 } = config;
  const urls = [web.url, ca.url, log.url];
  const behind = [logPeerUrl, databaseUrl, redisUrl, smtpUrl, s3?.endpoint];
  const listening = [web.port, ca.port, log.port, bouncePort, witness?.port];
  return {
    ports: new Set([...listening.map(String), ...[...urls, ...behind].flatMap((url) => portOf(url) ?? [])]),
    origins: new Set(urls.map((url) => new URL(url).origin)),
  };
}

/** The port of an address, said or usual. */
export function portOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { port, protocol } = new URL(url);
  return port === '' ? usual[protocol] : port;
}
