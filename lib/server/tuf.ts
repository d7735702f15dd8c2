/**
 * Trust through a TUF repository: the client of the TUF project itself (tuf-js), since a second implementation of its
 * workflow would be one more place for the mistakes that others have already paid for. What is ours is where trust
 * begins: a first root that the person has, or the SHA-256 of it that the person was told.
 */
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BaseFetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { boundedBody } from './bounded-body.ts';

export type TufTrustErrorCode =
  'no-first-root' | 'unreachable' | 'wrong-first-root' | 'refused' | 'no-target';

export class TufTrustError extends Error {
  override readonly name = 'TufTrustError';
  readonly code: TufTrustErrorCode;

  constructor(code: TufTrustErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type ReadRepositoryFile = (path: string) => Promise<Uint8Array | undefined>;

export interface TufSource {
  /** Where the repository is, e.g. `https://ca.example.com/tuf`. */
  readonly mirror: string;
  /** Where trust begins: a root file the person has, or the digest (hexadecimal) of a root of the mirror, unset the first. */
  readonly firstRoot: { readonly file: string } | { readonly sha256: string; readonly version?: number };
  /** How to get a file below the mirror, undefined for none; unset: over HTTP. */
  readonly read?: ReadRepositoryFile;
  /** Remembers the last roots and versions seen, without which a rollback goes unnoticed. */
  readonly cacheDir: string;
}

export interface FetchedTrust {
  /** trusted_root.json, parsed. */
  readonly trustedRoot: unknown;
  /** signing_config.v0.2.json, parsed; undefined when the repository has none. */
  readonly signingConfig: unknown;
}

const limits = { rootBytes: 512_000, timeoutMs: 10_000 };

export async function fetchTrustedRoot(source: TufSource): Promise<FetchedTrust> {
  const updater = await openRepository(source);
  const trustedRoot = await readTarget(updater, 'trusted_root.json', source.mirror);
  if (trustedRoot === undefined) {
    throw new TufTrustError('no-target', `${source.mirror} has no trusted_root.json.`);
  }
  return {
    trustedRoot,
    signingConfig: await readTarget(updater, 'signing_config.v0.2.json', source.mirror),
  };
}

/** The digest that `firstRoot` asks for, of a repository that is believed as it stands (a person compares it). */
export async function firstRootDigest(mirror: string): Promise<string> {
  return sha256Hex(await download(`${mirror}/1.root.json`));
}

async function openRepository({ mirror, firstRoot, cacheDir, read }: TufSource): Promise<Updater> {
  const root = await beginning({ mirror, firstRoot, read });
  // A cache belongs to one mirror and one beginning: pointing at another instance never mixes two.
  const folder = join(
    cacheDir,
    sha256Hex(new TextEncoder().encode(`${mirror}\n${sha256Hex(root)}`)).slice(0, 32),
  );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const cachedRoot = join(folder, 'root.json');
  if (!existsSync(cachedRoot)) writeFileSync(cachedRoot, root);
  const updater = refusing(
    mirror,
    () =>
      new Updater({
        metadataDir: folder,
        ...repositoryAt(mirror),
        ...(read === undefined ? {} : { fetcher: new FileFetcher(mirror, read) }),
      }),
  );
  await refusing(mirror, () => updater.refresh());
  return updater;
}

async function beginning({
  mirror,
  firstRoot,
  read,
}: Pick<TufSource, 'mirror' | 'firstRoot'> & { read: ReadRepositoryFile | undefined }): Promise<Uint8Array> {
  if ('file' in firstRoot) return readRootFile(firstRoot.file);
  const name = `${firstRoot.version ?? 1}.root.json`;
  return requireDigest(mirror, firstRoot.sha256, await (read?.(name) ?? download(`${mirror}/${name}`)));
}

/** tuf-js takes a 404 for "there is no next root", whatever the files come from. */
class FileFetcher extends BaseFetcher {
  private readonly mirror: string;
  private readonly read: ReadRepositoryFile;

  constructor(mirror: string, read: ReadRepositoryFile) {
    super();
    this.mirror = mirror;
    this.read = read;
  }

  override async fetch(url: string): Promise<NodeJS.ReadableStream> {
    const path = url.slice(this.mirror.length).replace(/^\/+/, '');
    const bytes = await this.read(decodeURIComponent(path));
    if (bytes === undefined) throw new DownloadHTTPError(`${path} is not there`, 404);
    return Readable.from([Buffer.from(bytes)]);
  }
}

function repositoryAt(mirror: string) {
  return {
    metadataBaseUrl: mirror,
    targetBaseUrl: `${mirror}/targets`,
    config: { fetchTimeout: limits.timeoutMs, fetchRetry: 1 },
  };
}

async function readTarget(updater: Updater, name: string, mirror: string): Promise<unknown> {
  const info = await refusing(mirror, () => updater.getTargetInfo(name));
  if (info === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-tuf-'));
  try {
    const file = await refusing(mirror, () => updater.downloadTarget(info, join(folder, 'target')));
    return parseStrictJson(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the client refuses, it refuses for a reason; the person reads that reason. */
function refusing<T>(mirror: string, work: () => T): T {
  const fail = (cause: unknown): never => {
    const why = cause instanceof Error ? cause.message : 'unknown';
    if (isNoAnswer(cause))
      throw new TufTrustError('unreachable', `${mirror} does not answer: ${why}.`, { cause });
    throw new TufTrustError('refused', `The repository ${mirror} is not accepted: ${why}.`, { cause });
  };
  try {
    const done = work();
    return done instanceof Promise ? (done.catch(fail) as T) : done;
  } catch (cause) {
    return fail(cause);
  }
}

/** Of the network, as Node and tuf-js name it; a 404 is an answer. */
function isNoAnswer(cause: unknown): boolean {
  const { code, statusCode } = Object(cause) as { code?: unknown; statusCode?: unknown };
  return /^(E[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(String(code)) || Number(statusCode) >= 500;
}

function readRootFile(file: string): Uint8Array {
  try {
    return Uint8Array.from(readFileSync(file));
  } catch (cause) {
    throw new TufTrustError('no-first-root', `The root ${file} cannot be read.`, { cause });
  }
}

function requireDigest(mirror: string, sha256: string, root: Uint8Array | undefined): Uint8Array {
  const found = sha256Hex(root ?? new Uint8Array());
  if (root !== undefined && found === sha256.toLowerCase()) return root;
  throw new TufTrustError(
    'wrong-first-root',
    `The first root of ${mirror} has the SHA-256 ${found}, not the one you were told.`,
  );
}

async function download(url: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(limits.timeoutMs), redirect: 'error' });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return await boundedBody(answer, limits.rootBytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'no answer';
    throw new TufTrustError('unreachable', `${url} cannot be read: ${why}.`, { cause });
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
