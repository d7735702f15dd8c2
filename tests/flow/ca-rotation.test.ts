/**
 * The operator changes what the instance signs with, by the real commands, while it runs: old bundles go on verifying,
 * new ones verify by the new chain, and a chain that clients would refuse is refused first.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPem } from '#lib/encoding/pem.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { nameAttribute } from '#lib/x509/name.ts';
import { loadOrMakeKey } from '#lib/server/signing-key.ts';
import { freshDatabase } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { freePorts } from '../harness/ports.ts';
import { startTestCa, type TestCa } from '../harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '../harness/test-issuer.ts';
import { StockClient } from '../harness/tuf.ts';
import { LogProcess } from './log-process.ts';

const { ClientTrustConfig } = protobuf;
const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));
const email = 'ada@example.com';
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-rotation-'));
const authorityFolder = join(folder, 'keys', 'ca', 'authority');
let issuer: TestIssuer;
let log: LogProcess;
let ca: TestCa;

beforeAll(async () => {
  const database = await freshDatabase();
  issuer = await startTestIssuer();
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  const [caPort = 0] = await freePorts(1);
  log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
});
afterAll(async () => {
  await ca.close();
  await log.end('SIGTERM');
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly complaint: string;
}

/** Not spawnSync: the authority that some commands ask runs in this process. */
async function sigwatch(...args: string[]): Promise<Outcome> {
  return sigwatchWith({}, ...args);
}

async function sigwatchWith(more: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, DATA_DIR: folder, CA_URL: ca.url, LOG_URL: log.url, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, out, complaint };
}

type Signed = { bundle: Parameters<typeof toSignedEntity>[0]; data: Buffer };
const trustConfig = async () =>
  ClientTrustConfig.fromJSON(await (await fetch(`${ca.url}/client_trust_config.json`)).json());
const trustedRoot = async () => readTrustedRoot(await (await fetch(`${ca.url}/trusted_root.json`)).json());

/** Everything that was ever signed honestly: no rotation may take it back. */
const kept: Signed[] = [];

async function sign(): Promise<Signed> {
  const { signingConfig } = await trustConfig();
  if (signingConfig === undefined) throw new Error('no signing configuration');
  const data = Buffer.from(`made at ${performance.now()}`);
  const builder = bundleBuilderFromSigningConfig({
    signingConfig,
    identityProvider: { getToken: () => issuer.token({ email, email_verified: true }) },
    bundleType: 'messageSignature',
  });
  const signed = { bundle: await builder.create({ data }), data };
  kept.push(signed);
  return signed;
}

async function verify({ bundle, data }: Signed): Promise<void> {
  const { trustedRoot: root } = await trustConfig();
  if (root === undefined) throw new Error('no trusted root');
  const verifier = new Verifier(toTrustMaterial(root), {
    tlogThreshold: 1,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  });
  verifier.verify(toSignedEntity(bundle, data), { subjectAlternativeName: email });
}

/** Timestamps and validity count whole seconds. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await eventually(() => expect(Math.floor(Date.now() / 1000)).toBeGreaterThan(second));
}

async function chainInUse(): Promise<string[]> {
  const { chains } = (await (await fetch(`${ca.url}/api/v2/trustBundle`)).json()) as {
    chains: { certificates: string[] }[];
  };
  return chains[0]?.certificates ?? [];
}

/** The chains in the trusted root that the newest timestamp leads to. */
async function namedByTuf(): Promise<string[][]> {
  const root = join(folder, 'tuf', '1.root.json');
  const client = new StockClient({ url: `${ca.url}/tuf`, serve: () => undefined }, root);
  const { certificateAuthorities } = readTrustedRoot(JSON.parse(await client.fetch()));
  return certificateAuthorities.map(({ chain }) =>
    chain.map(({ encoding }) => toPem('CERTIFICATE', encoding).trimEnd()),
  );
}

describe('sigwatch ca rotate', () => {
  it('announces the next intermediate, which issues nothing before its time', async () => {
    const before = await chainInUse();
    const { status, out } = await sigwatch('ca', 'rotate', '--after', '24');
    expect([status, out]).toEqual([0, expect.stringMatching(/list the new authority[^]*on it issues/)]);
    await eventually(async () => expect((await trustedRoot()).certificateAuthorities).toHaveLength(2));
    expect(await chainInUse()).toEqual(before);
    const { certificateAuthorities: listed } = await trustedRoot();
    expect(listed.map(({ validFor }) => validFor.end)).toEqual([undefined, undefined]);
    await verify(await sign());
  });

  it('then issues by it without a restart, and what was signed before verifies', async () => {
    const [old, before] = [await sign(), await chainInUse()];
    expect((await sigwatch('ca', 'rotate', '--after', '0')).status).toBe(0);
    await eventually(async () => expect(await chainInUse()).not.toEqual(before));
    // Whoever asks the TUF repository at this very moment is told of it.
    expect(await namedByTuf()).toContainEqual(await chainInUse());
    await verify(await sign());
    await verify(old);
    const { certificateAuthorities: listed } = await trustedRoot();
    expect(listed[0]?.validFor.end).toBeInstanceOf(Date);
  });

  it('after a theft believes what was signed before it, and nothing that the thief signs after', async () => {
    const honest = await sign();
    await nextSecond();
    const lastGood = new Date().toISOString();
    const before = await chainInUse();
    await nextSecond();
    const thief = await sign();
    await verify(thief);
    expect((await sigwatch('ca', 'rotate', '--compromised-since', lastGood)).status).toBe(0);
    await eventually(async () => expect(await chainInUse()).not.toEqual(before));
    expect(await namedByTuf()).toContainEqual(await chainInUse());
    await verify(honest);
    await expect(verify(thief)).rejects.toThrow();
    kept.splice(kept.indexOf(thief), 1);
    await verify(await sign());
  });

  it('says which file is missing when the root key is offline, and changes nothing', async () => {
    const rootKey = join(authorityFolder, 'root.key.pem');
    renameSync(rootKey, `${rootKey}.away`);
    const { status, complaint } = await sigwatch('ca', 'rotate');
    renameSync(`${rootKey}.away`, rootKey);
    expect([status, complaint]).toEqual([2, expect.stringMatching(/put root\.key\.pem back into/)]);
  });
});

describe('sigwatch ca rotate timestamps', () => {
  const chain = async () => (await fetch(`${ca.url}/api/v1/timestamp/certchain`)).text();

  it('announces the next key, then timestamps by it without a restart', async () => {
    const before = await chain();
    expect((await sigwatch('ca', 'rotate', 'timestamps', '--after', '24')).status).toBe(0);
    await eventually(async () => expect((await trustedRoot()).timestampAuthorities).toHaveLength(2));
    expect(await chain()).toBe(before);
    const old = await sign();
    expect((await sigwatch('ca', 'rotate', 'timestamps', '--after', '0')).status).toBe(0);
    await eventually(async () => expect(await chain()).not.toBe(before));
    await verify(await sign());
    await verify(old);
    const { timestampAuthorities: listed } = await trustedRoot();
    expect(listed.map(({ validFor }) => validFor.end !== undefined)).toEqual([true, false, false]);
  });
});

describe('sigwatch ca rotate login', () => {
  const keyIds = async () => {
    const { keys } = (await (await fetch(`${ca.url}/oidc/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  it('publishes a new key beside the one before; after a theft alone', async () => {
    const [before = '', ...others] = await keyIds();
    expect(others).toEqual([]);
    expect((await sigwatch('ca', 'rotate', 'login', '--dry-run')).status).toBe(0);
    expect((await sigwatch('ca', 'rotate', 'login')).status).toBe(0);
    await eventually(async () => expect(await keyIds()).toHaveLength(2));
    const [young, old] = await keyIds();
    expect([young !== before, old]).toEqual([true, before]);
    const stolen = ['ca', 'rotate', 'login', '--compromised-since', new Date().toISOString()];
    expect((await sigwatch(...stolen)).status).toBe(0);
    await eventually(async () => expect(await keyIds()).toHaveLength(1));
    expect([young, before]).not.toContain((await keyIds())[0]);
  });
});

describe('the company’s own authority', () => {
  const work = join(folder, 'company');
  const openssl = (...args: string[]) => {
    const done = spawnSync('openssl', args, { cwd: work, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  const signRequest = (extensions: string[], out: string) => {
    writeFileSync(join(work, 'extensions'), extensions.join('\n'));
    openssl(
      ...'x509 -req -in csr.pem -CA root.pem -CAkey root.key -days 900'.split(' '),
      '-extfile',
      'extensions',
      '-out',
      'intermediate.pem',
    );
    writeFileSync(
      join(work, out),
      readFileSync(join(work, 'intermediate.pem')) + readFileSync(join(work, 'root.pem'), 'utf8'),
    );
    return join(work, out);
  };
  const sound = [
    'basicConstraints=critical,CA:TRUE,pathlen:0',
    'keyUsage=critical,keyCertSign,cRLSign',
    'extendedKeyUsage=codeSigning',
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
  ];

  beforeAll(async () => {
    spawnSync('mkdir', ['-p', work]);
    const root =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout root.key -out root.pem -days 3650';
    openssl(
      ...root.split(' '),
      '-subj',
      '/O=Example Corp/CN=Example Root',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    );
    const { status, out } = await sigwatch('ca', 'csr', '--name', 'O=Example Corp, CN=Signing');
    expect(status).toBe(0);
    writeFileSync(join(work, 'csr.pem'), out);
  });

  it('gets a request that asks for what clients need, for the same key each time', async () => {
    const text = spawnSync('openssl', ['req', '-in', join(work, 'csr.pem'), '-text', '-verify'], {
      encoding: 'utf8',
    });
    expect(text.stdout).toMatch(/CA:TRUE, pathlen:0[^]*Code Signing|Code Signing[^]*CA:TRUE, pathlen:0/);
    expect(text.stdout + text.stderr).toMatch(/verif\w+ OK/i);
    const key = (pem: string) =>
      spawnSync('openssl', ['req', '-pubkey', '-noout'], { input: pem, encoding: 'utf8' }).stdout;
    expect(key((await sigwatch('ca', 'csr')).out)).toBe(key(readFileSync(join(work, 'csr.pem'), 'utf8')));
  });

  it.each([
    ['no purpose', sound.filter((line) => !line.startsWith('extended')), 'RFC 5280 §4.2.1.12'],
    [
      'a critical purpose',
      sound.map((line) => line.replace('=codeSigning', '=critical,codeSigning')),
      'pyca',
    ],
    ['another purpose', sound.map((line) => line.replace('codeSigning', 'serverAuth')), 'RFC 5280 §4.2.1.12'],
    ['name constraints', [...sound, 'nameConstraints=critical,permitted;DNS:example.com'], 'RFC 5280 §4.2:'],
    ['no authority', sound.map((line) => line.replace('CA:TRUE,pathlen:0', 'CA:FALSE')), 'RFC 5280 §4.2.1.9'],
  ])('is told which clause its certificate breaks: %s', async (_, extensions, clause) => {
    const before = await chainInUse();
    const { status, out } = await sigwatch(
      'ca',
      'import',
      signRequest(extensions, 'bad.pem'),
      '--after',
      '0',
    );
    expect([status, out]).toEqual([1, expect.stringContaining(clause)]);
    expect(await chainInUse()).toEqual(before);
  });

  it('signs the intermediate; the instance issues below the company’s root, and old bundles verify', async () => {
    const [old, before] = [await sign(), await chainInUse()];
    const chain = signRequest(sound, 'chain.pem');
    expect((await sigwatch('ca', 'import', chain, '--dry-run')).status).toBe(0);
    expect((await sigwatch('ca', 'import', chain, '--after', '0')).status).toBe(0);
    await eventually(async () => expect(await chainInUse()).not.toEqual(before));
    const fresh = await sign();
    await verify(fresh);
    await verify(old);
    const newest = (await trustedRoot()).certificateAuthorities.filter(
      ({ validFor }) => validFor.end === undefined,
    );
    expect(newest.map(({ chain: [, root] }) => root && nameAttribute(root.subject, 'CN'))).toContain(
      'Example Root',
    );
  });
});

describe('sigwatch trust', () => {
  it('rotates keys of the repository under a running instance; a client goes on', async () => {
    const client = new StockClient(
      { url: `${ca.url}/tuf`, serve: () => undefined },
      join(folder, 'tuf', '1.root.json'),
    );
    // What it holds may be published anew meanwhile; whom it names as logs stays.
    const fetched = async () => readTrustedRoot(JSON.parse(await client.fetch())).tlogs;
    const before = await fetched();
    const dry = await sigwatch('trust', 'rotate', 'root', 'timestamp', '--dry-run');
    expect(dry.out).toContain('root 1 is followed by root 2');
    expect(existsSync(join(folder, 'tuf', '2.root.json'))).toBe(false);
    expect((await sigwatch('trust', 'rotate', 'root', 'timestamp')).status).toBe(0);
    expect(readdirSync(join(folder, 'tuf'))).toEqual(expect.arrayContaining(['1.root.json', '2.root.json']));
    expect(await fetched()).toEqual(before);
  });

  it('exports one file that holds what the instance serves, accepted by a TUF client first', async () => {
    const out = join(folder, 'export.tgz');
    const { status, complaint } = await sigwatch('trust', 'export', '--out', out);
    expect([status, complaint]).toEqual([0, expect.stringContaining('Compare that digest')]);
    const unpacked = mkdtempSync(join(folder, 'unpacked-'));
    expect(spawnSync('tar', ['xzf', out, '-C', unpacked]).status).toBe(0);
    const exported = readTrustedRoot(JSON.parse(readFileSync(join(unpacked, 'trusted_root.json'), 'utf8')));
    expect(exported.tlogs).toEqual((await trustedRoot()).tlogs);
    expect(readdirSync(join(unpacked, 'repository'))).toEqual(
      expect.arrayContaining(['2.root.json', 'timestamp.json']),
    );
    const wrong = await sigwatch('trust', 'export', '--out', out, '--root-sha256', 'ab'.repeat(32));
    expect([wrong.status, wrong.complaint]).toEqual([
      1,
      expect.stringContaining('not the one you were told'),
    ]);
  });
});

describe('after all of this', () => {
  it('every bundle that was ever signed honestly verifies', async () => {
    expect(kept.length).toBeGreaterThan(8);
    for (const signed of kept) await verify(signed);
  });

  it('the keys can be sealed, sealed anew and opened; a wrong passphrase changes nothing', async () => {
    const file = join(authorityFolder, 'intermediate.key.pem');
    const old = join(folder, 'old-passphrase');
    writeFileSync(old, 'the first one\n');
    const reseal = (passphrase: string, ...args: string[]) =>
      sigwatchWith({ KEY_PASSPHRASE: passphrase }, 'ca', 'reseal', ...args);
    const plain = readFileSync(file, 'utf8');
    // The logs' keys are sealed by the same command.
    const ofLog = join(authorityFolder, '..', '..', 'log', 'rekor-v2.pem');
    const { spki } = loadOrMakeKey(ofLog, 'ed25519', undefined);
    expect((await reseal('')).status).toBe(2);
    expect((await reseal('the first one')).out).toContain('are sealed now');
    const sealed = readFileSync(file, 'utf8');
    expect(sealed).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(loadOrMakeKey(ofLog, 'ed25519', 'the first one').spki).toEqual(spki);
    expect(() => loadOrMakeKey(ofLog, 'ed25519', undefined)).toThrow(/is sealed/);
    expect((await reseal('the second one')).status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(sealed);
    expect((await reseal('the second one', '--old-passphrase-file', old)).status).toBe(0);
    writeFileSync(old, 'the second one\n');
    expect((await reseal('', '--open', '--old-passphrase-file', old)).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(plain);
  });
});
