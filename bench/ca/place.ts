/** The authority and the log on a database of their own, as `npm start` runs them, and an issuer whose tokens count. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { freePorts } from '#tests/harness/ports.ts';
import { BenchPlace } from '../parts/place.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const tokenKey = 'issuer.key.pem';

export interface Material {
  readonly issuerUrl: string;
  /** PKCS#8, RSA: what the tokens are signed with. */
  readonly keyFile: string;
}

export class AuthorityPlace {
  readonly caPort: number;
  readonly material: Material;
  private readonly place: BenchPlace;
  private readonly issuer: Server;
  private readonly logPort: number;
  private readonly children: Record<string, ChildProcess> = {};

  private constructor(place: BenchPlace, issuer: Server, ports: readonly [number, number]) {
    [this.caPort, this.logPort] = ports;
    this.place = place;
    this.issuer = issuer;
    const { port } = issuer.address() as AddressInfo;
    this.material = { issuerUrl: `http://127.0.0.1:${port}`, keyFile: join(place.folder, tokenKey) };
  }

  /** `profile`: a folder for processor profiles of the authority. */
  static async open(profile: string | undefined): Promise<AuthorityPlace> {
    const place = await BenchPlace.open('ca');
    const issuer = await startIssuer(join(place.folder, tokenKey));
    const [ca = 0, log = 0] = await freePorts(2);
    const opened = new AuthorityPlace(place, issuer, [ca, log]);
    const { issuerUrl } = opened.material;
    writeFileSync(
      join(place.folder, 'issuers.json'),
      JSON.stringify({ OIDCIssuers: { [issuerUrl]: { ClientID: 'sigstore', Type: 'email' } } }),
    );
    await opened.start('log', []);
    await opened.start('ca', profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
    return opened;
  }

  get pids(): { ca: number; log: number; database: number } {
    const pid = (name: string): number => this.children[name]?.pid ?? 0;
    return { ca: pid('ca'), log: pid('log'), database: this.place.postgres.process.pid ?? 0 };
  }

  async durability(): Promise<object> {
    const [row] = await this.place.sql`
      SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit`;
    return { ...row, log: 'precertificate committed and staged with fsync before its SCT is signed' };
  }

  private async start(name: 'ca' | 'log', profiling: readonly string[]): Promise<void> {
    const { PATH = '', HOME = '' } = process.env;
    const { folder, postgres } = this.place;
    const ports = { CA_PORT: String(this.caPort), LOG_PORT: String(this.logPort) };
    const settings = {
      DATA_DIR: folder,
      DATABASE_URL: postgres.url,
      ISSUERS_FILE: join(folder, 'issuers.json'),
    };
    const out = openSync(join(folder, `${name}.out`), 'a');
    const child = spawn(
      process.execPath,
      [...profiling, '--enable-source-maps', '--import', 'tsx', `${name}/main.ts`],
      {
        cwd: project,
        env: { PATH, HOME, NODE_ENV: 'production', ...ports, ...settings },
        stdio: ['ignore', out, out, 'ipc'],
      },
    );
    this.children[name] = child;
    await new Promise<void>((ready, fail) => {
      child.once('message', () => ready());
      child.once('exit', () => fail(new Error(`${name} did not start, see ${folder}/${name}.out`)));
    });
  }

  async close(): Promise<void> {
    for (const child of Object.values(this.children)) {
      const exited = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null && child.kill('SIGTERM')) await exited;
    }
    this.issuer.close();
    await this.place.close();
  }
}

async function startIssuer(keyFile: string): Promise<Server> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  writeFileSync(keyFile, await exportPKCS8(privateKey), { mode: 0o600 });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host ?? ''}`;
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    response.end(JSON.stringify(isDiscovery ? { issuer: url, jwks_uri: `${url}/keys` } : { keys }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
