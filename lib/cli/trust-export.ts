/**
 * `sigwatch trust export`: one file for machines without a network. What goes in was accepted by a TUF client first,
 * read through the very bytes that are written.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { writeTar, type TarFile } from '#lib/encoding/tar.ts';
import { readConfig } from '../server/config.ts';
import { fetchTrustedRoot, TufTrustError, type FetchedTrust } from '../server/tuf.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';
import { send } from './fetch-json.ts';

export interface ExportOptions {
  readonly out: string;
  readonly mirror?: string;
  readonly rootSha256?: string;
}

const mostRoots = 256;
const versionOf = z.object({ version: z.number().int().positive() });
const timestamp = z.object({
  signed: z.object({ expires: z.string(), meta: z.object({ 'snapshot.json': versionOf }) }),
});
const snapshot = z.object({ signed: z.object({ meta: z.object({ 'targets.json': versionOf }) }) });
const targets = z.object({
  signed: z.object({ targets: z.record(z.string(), z.object({ hashes: z.object({ sha256: z.string() }) })) }),
});

export async function exportTrust(options: ExportOptions): Promise<ExitCode> {
  const mirror = (options.mirror ?? `${readConfig().ca.url}/tuf`).replace(/\/+$/, '');
  const { files, expires } = await collect(mirror);
  const firstRoot = sha256Hex(files.get('1.root.json') ?? new Uint8Array());
  const trust = await verifyCollected(mirror, files, options.rootSha256 ?? firstRoot);
  const archive = [
    ...trustFiles(trust),
    { path: 'README', bytes: utf8(readme(mirror, firstRoot, expires)) },
    ...[...files].map(([path, bytes]) => ({ path: `repository/${path}`, bytes })),
  ];
  writeFileSync(options.out, gzipSync(writeTar(archive, new Date())));
  process.stdout.write(`${options.out}: ${archive.length} files of ${mirror}\n`);
  process.stdout.write(`SHA-256 of its first root: ${firstRoot}\n`);
  if (options.rootSha256 === undefined) {
    process.stderr.write(
      'Compare that digest with what the operator of the instance says, or pass --root-sha256.\n',
    );
  }
  return exitCode.yes;
}

/** Everything a client could ask for now. */
async function collect(mirror: string): Promise<{ files: Map<string, Uint8Array>; expires: string }> {
  const files = new Map<string, Uint8Array>();
  const take = async (path: string): Promise<Uint8Array> => {
    const { status, body } = await send(`${mirror}/${path}`);
    if (status !== 200) throw new CommandError(exitCode.service, `${mirror}/${path} answered ${status}`);
    files.set(path, body);
    return body;
  };
  await take('1.root.json');
  for (let version = 2; version <= mostRoots; version++) {
    const { status, body } = await send(`${mirror}/${version}.root.json`);
    if (status !== 200) break;
    files.set(`${version}.root.json`, body);
  }
  const { signed } = read(timestamp, await take('timestamp.json'));
  const named = read(snapshot, await take(`${signed.meta['snapshot.json'].version}.snapshot.json`)).signed;
  const listed = read(targets, await take(`${named.meta['targets.json'].version}.targets.json`)).signed;
  for (const [name, { hashes }] of Object.entries(listed.targets)) {
    await take(`targets/${hashes.sha256}.${name}`);
  }
  return { files, expires: signed.expires };
}

function read<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(fromUtf8(bytes)));
  } catch (cause) {
    throw new CommandError(exitCode.service, 'the mirror serves metadata that cannot be read', { cause });
  }
}

async function verifyCollected(
  mirror: string,
  files: ReadonlyMap<string, Uint8Array>,
  rootSha256: string,
): Promise<FetchedTrust> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'sigwatch-export-'));
  try {
    const firstRoot = { sha256: rootSha256 };
    return await fetchTrustedRoot({ mirror, firstRoot, cacheDir, read: async (path) => files.get(path) });
  } catch (cause) {
    if (!(cause instanceof TufTrustError)) throw cause;
    throw new CommandError(exitCode.no, cause.message, { cause });
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

function trustFiles({ trustedRoot, signingConfig }: FetchedTrust): TarFile[] {
  const json = (path: string, value: unknown) => ({
    path,
    bytes: utf8(`${JSON.stringify(value, undefined, 2)}\n`),
  });
  const both = {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot,
    signingConfig,
  };
  const alone = json('trusted_root.json', trustedRoot);
  if (signingConfig === undefined) return [alone];
  return [alone, json('signing_config.v0.2.json', signingConfig), json('client_trust_config.json', both)];
}

function readme(mirror: string, firstRoot: string, expires: string): string {
  return [
    `Trust of ${mirror}, for machines that cannot reach it.`,
    '',
    'trusted_root.json           verifies everything signed so far; it does not expire',
    'signing_config.v0.2.json    where to sign, for machines that reach the instance',
    'client_trust_config.json    both in one, for sigstore-python',
    'repository/                 the TUF repository: serve it with any web server, or hand it to an admission controller',
    '',
    `SHA-256 of repository/1.root.json: ${firstRoot}`,
    `TUF clients accept this copy of the repository until ${expires}; export again before that.`,
    '',
    'sigwatch verify app.tgz --bundle app.sigstore.json --trusted-root trusted_root.json ...',
    'cosign verify-blob --bundle app.sigstore.json --trusted-root trusted_root.json ... app.tgz',
    '',
  ].join('\n');
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
