/**
 * An S3 server on this machine, where one is installed: `moto_server` (Python), which has conditional writes. No npm
 * package and no Debian package has a server that does, so tests that want one skip without it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { AwsClient } from 'aws4fetch';
import type { S3Config } from '#lib/server/s3-config.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';

export interface S3Server {
  readonly config: S3Config;
  stop(): void;
}

export async function startS3(): Promise<S3Server | undefined> {
  const [port = 0] = await freePorts(1);
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  if (!(await isThere(child))) return undefined;
  const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new AwsClient({ ...keys, region: 'us-east-1', service: 's3', retries: 0 });
  await eventually(async () => {
    const made = await client.fetch(`${endpoint}/tiles`, { method: 'PUT' });
    if (!made.ok) throw new Error(`no bucket: ${made.status}`);
  }, 30_000);
  const config = {
    ...keys,
    endpoint,
    bucket: 'tiles',
    prefix: 'test',
    region: 'us-east-1',
    sessionToken: undefined,
  };
  return { config, stop: () => void child.kill() };
}

function isThere(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}
