/** The bucket of TILE_STORE; read by config.ts alone. */
import { ConfigError } from './config-error.ts';

export interface S3Config {
  readonly endpoint: string;
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

interface Variables {
  readonly TILE_STORE?: string | undefined;
  readonly S3_ENDPOINT?: string | undefined;
  readonly AWS_REGION: string;
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
  readonly AWS_SESSION_TOKEN?: string | undefined;
}

/** Where the logs keep their tiles, when that is a bucket. */
export function readS3(read: Variables): S3Config | undefined {
  if (read.TILE_STORE === undefined) return undefined;
  const { hostname: bucket, pathname } = new URL(read.TILE_STORE);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = read;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigError('TILE_STORE: a bucket also needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  }
  const endpoint = read.S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`;
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  return {
    endpoint,
    bucket,
    prefix,
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken: read.AWS_SESSION_TOKEN,
  };
}
