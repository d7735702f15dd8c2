/**
 * LOGS_FILE: the logs to follow beside the bundled ones, as JSON. Either a trust root, by file or by a name known here,
 * or through TUF, with all its logs and authorities, or a single log with its key; and who else sees these logs:
 *
 *   { "trustRoots": [{ "preset": "sigstore" }, { "file": "./trusted_root.json", "start": "now" },
 *                    { "tuf": "https://tuf.example", "root": "SHA-256 of 1.root.json, or a file" }],
 *     "logs": [{ "kind": "ct", "dialect": "static-ct", "url": "https://ct.example", "publicKey": "BASE64",
 *                "witnessPolicy": "./policy.txt", "freshWithin": 86400 }],
 *     "peers": ["https://other.example/api/v1/checkpoints"] }
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { parseWitnessPolicy, WitnessPolicyError } from '#lib/note/witness-policy.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { readTrustedRoot, type TrustedAuthority, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { doubledLog, isPublicKey, mistakeIn } from './logs-file-mistakes.ts';
import { listLogs, listRekorV1, type Listing } from './registry.ts';
import type { RekorV1Listing } from './trees-v1.ts';
import type { TufRoots } from '#lib/server/tuf-roots.ts';

const hexDigest = /^[0-9a-f]{64}$/i;

/** The public instance of Sigstore, as it publishes itself. Off unless named: it grows by millions of entries a day. */
const presets = { sigstore: new URL('./public/sigstore.json', import.meta.url) } as const;

const start = z.enum(['beginning', 'now']);
const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const trustRoot = z.union([
  z.strictObject({ preset: z.enum(['sigstore']), start: start.default('now') }),
  z.strictObject({ file: z.string().min(1), start: start.default('beginning') }),
  z.strictObject({ tuf: address, root: z.string().min(1), start: start.default('beginning') }),
]);
const publicKey = z.string().transform((text, context) => {
  const bytes = fromBase64(text);
  if (bytes !== undefined && isPublicKey(bytes)) return bytes;
  context.addIssue({
    code: 'custom',
    message: 'must be a public key: base64 of its SubjectPublicKeyInfo (DER)',
  });
  return z.NEVER;
});
const common = {
  name: z.string().min(1).max(100).optional(),
  url: address,
  publicKey,
  start: start.default('beginning'),
  /** It takes no more entries. */
  ended: z.boolean().default(false),
  /** Seconds: when it must have stated something new; older, it is called frozen. */
  freshWithin: z.int().min(1).max(31_536_000).optional(),
};
/** A file of c2sp.org/tlog-policy. */
const witnessPolicy = z.string().min(1).optional();
const singleLog = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rekor-v2'), ...common, witnessPolicy, origin: z.string().min(1) }),
  z.strictObject({ kind: z.literal('rekor-v1'), ...common }),
  z.strictObject({
    kind: z.literal('ct'),
    dialect: z.enum(['rfc6962', 'static-ct']).default('rfc6962'),
    ...common,
    witnessPolicy,
  }),
]);
const logsFile = z.strictObject({
  trustRoots: z.array(trustRoot).default([]),
  logs: z.array(singleLog).default([]),
  peers: z.array(address).max(20).default([]),
});

export interface FurtherLogs {
  readonly listings: readonly Listing[];
  readonly rekorV1: readonly RekorV1Listing[];
  readonly authorities: readonly TrustedAuthority[];
  /** Where others say which checkpoints they were shown. */
  readonly peers: readonly string[];
}

/** Thrown with one sentence for the person who wrote the file. */
class LogsFileError extends Error {
  override readonly name = 'LogsFileError';
}

/** What is wrong with the file, if anything is, in a sentence; no repository is asked. */
export async function refuseLogsFile(path: string): Promise<string | undefined> {
  try {
    await readLogsFile(path, { read: () => Promise.resolve(undefined) });
    return undefined;
  } catch (error) {
    if (error instanceof LogsFileError) return error.message;
    return `LOGS_FILE: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export async function readLogsFile(path: string, tuf: Pick<TufRoots, 'read'>): Promise<FurtherLogs> {
  const parsed = logsFile.safeParse(await readJsonFile(path));
  if (!parsed.success) {
    throw new LogsFileError(`LOGS_FILE: ${mistakeIn(parsed.error.issues[0])}`);
  }
  const { logs, peers, trustRoots } = parsed.data;
  const doubled = doubledLog(logs);
  if (doubled !== undefined) throw new LogsFileError(`LOGS_FILE: ${doubled}`);
  const read = await Promise.all(trustRoots.map((root) => readRoot(path, root, tuf)));
  const roots = read.filter((root) => root !== undefined);
  const singles = logs.filter((log) => log.kind !== 'rekor-v1');
  return {
    peers,
    listings: [
      ...roots.flatMap(({ root, startAt, family }) => listLogs(root, startAt, family)),
      ...(await Promise.all(singles.map((log) => listingOf(path, log)))),
    ],
    rekorV1: [
      ...roots.flatMap(({ root, startAt }) => listRekorV1(root, startAt, true)),
      ...logs
        .filter((log) => log.kind === 'rekor-v1')
        .map(({ url, publicKey: key, start: startAt, name, freshWithin }) => ({
          url,
          name,
          freshWithinMs: inMs(freshWithin),
          publicKeys: [key],
          startAt,
          isAdded: true,
        })),
    ],
    authorities: roots.flatMap(({ root }) => root.certificateAuthorities),
  };
}

interface ListedRoot {
  readonly root: TrustedRoot;
  readonly startAt: 'beginning' | 'now';
  readonly family: string;
}

/** Undefined for a repository that never answered: the other logs are followed meanwhile. */
async function readRoot(
  path: string,
  listed: z.infer<typeof trustRoot>,
  tuf: Pick<TufRoots, 'read'>,
): Promise<ListedRoot | undefined> {
  const { start: startAt } = listed;
  if ('tuf' in listed) {
    const { tuf: mirror, root: first } = listed;
    const firstRoot = hexDigest.test(first) ? { sha256: first } : { file: resolve(dirname(path), first) };
    const json = await tuf.read(mirror, firstRoot);
    return json === undefined ? undefined : { root: readTrustedRoot(json), startAt, family: mirror };
  }
  const file = 'preset' in listed ? presets[listed.preset] : resolve(dirname(path), listed.file);
  const family = 'preset' in listed ? listed.preset : listed.file;
  return { root: readTrustedRoot(await readJsonFile(file)), startAt, family };
}

type SingleLog = z.infer<typeof singleLog>;

async function listingOf(path: string, log: Exclude<SingleLog, { kind: 'rekor-v1' }>): Promise<Listing> {
  const { url, publicKey: key, ended, start: startAt } = log;
  const { host, pathname } = new URL(url);
  const policy = log.witnessPolicy && (await readPolicy(resolve(dirname(path), log.witnessPolicy)));
  const common = {
    name: log.name ?? host,
    url,
    publicKey: key,
    startAt,
    witnessPolicy: policy,
    freshWithinMs: inMs(log.freshWithin),
  };
  const listed = { ended, family: url };
  if (log.kind === 'rekor-v2') {
    const id = `rekor2-${toHex(logIdOf(log.origin, key).subarray(0, 4))}`;
    return { ...listed, log: { id, kind: 'rekor-v2', dialect: 'tiles', origin: log.origin, ...common } };
  }
  const id = `ct-${toHex(sha256(key).subarray(0, 4))}`;
  // A static log is called by its submission prefix; the other kind has no such name, its address stands for it.
  const origin = log.dialect === 'static-ct' ? `${host}${pathname.replace(/\/$/, '')}` : url;
  // RFC 6962 has no place for a cosignature.
  if (policy !== undefined && log.dialect === 'rfc6962')
    throw new LogsFileError(`LOGS_FILE: ${url} cannot have a witnessPolicy, nobody cosigns such a log`);
  return { ...listed, log: { id, kind: 'ct', dialect: log.dialect, origin, ...common } };
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

async function readPolicy(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    parseWitnessPolicy(text);
    return text;
  } catch (cause) {
    const reason = cause instanceof WitnessPolicyError ? cause.message : 'cannot be read';
    throw new LogsFileError(`LOGS_FILE: the policy ${path}: ${reason}`, { cause });
  }
}

async function readJsonFile(path: string | URL): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LogsFileError(`LOGS_FILE: the file ${String(path)} cannot be read`, { cause });
  });
  try {
    return parseStrictJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogsFileError(`LOGS_FILE: ${String(path)} is not JSON: ${reason}`, { cause });
  }
}
