/** An issuer, an authority and a log, for our command and for those of others: real parts, no pages and no workers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogProcess } from '../flow/log-process.ts';
import { freshDatabase } from './database.ts';
import { freePorts } from './ports.ts';
import { startTestCa, type TestCa } from './test-ca.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly complaint: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface SigningPlace {
  readonly issuer: TestIssuer;
  readonly ca: TestCa;
  /** A file of the folder that everything happens in; trusted_root.json and signing_config.v0.2.json are there. */
  place(name: string): string;
  token(email: string): Promise<string>;
  /** Our real command, in a process of its own. */
  sigwatch(args: readonly string[], options?: RunOptions): Promise<Ran>;
  close(): Promise<void>;
}

export async function openSigningPlace(): Promise<SigningPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-sign-'));
  const place = (name: string) => join(folder, name);
  const [issuer, database] = [await startTestIssuer(), await freshDatabase()];
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  const [caPort = 0] = await freePorts(1);
  const log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  await log.start();
  const ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
  for (const name of ['trusted_root.json', 'signing_config.v0.2.json']) {
    writeFileSync(place(name), await (await fetch(`${ca.url}/${name}`)).text());
  }
  return {
    issuer,
    ca,
    place,
    token: (email) => issuer.token({ email, email_verified: true }),
    sigwatch: (args, { input, env = {} } = {}) =>
      run(process.execPath, [command, ...args], {
        ...(input === undefined ? {} : { input }),
        env: { CA_URL: ca.url, DATA_DIR: folder, ...env },
      }),
    close: async () => {
      await ca.close();
      await log.end('SIGTERM');
      await issuer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Any program, with nothing of our environment but where programs and homes are. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ran> {
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, NODE_ENV: 'test', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return { code, out, complaint };
}
