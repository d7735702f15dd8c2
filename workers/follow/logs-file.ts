/**
 * LOGS_FILE: the logs to follow beside the bundled ones, as JSON. Either a trust root, by file or by a name known here,
 * with all its logs and authorities, or a single log with its key:
 *
 *   { "trustRoots": [{ "preset": "sigstore" }, { "file": "./trusted_root.json", "start": "now" }],
 *     "logs": [{ "kind": "ct", "dialect": "static-ct", "url": "https://ct.example", "publicKey": "BASE64" }] }
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { readTrustedRoot, type TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { listLogs, listRekorV1, type Listing } from './registry.ts';
import type { RekorV1Listing } from './trees-v1.ts';

/** The public instance of Sigstore, as it publishes itself. Off unless named: it grows by millions of entries a day. */
const presets = { sigstore: new URL('./public/sigstore.json', import.meta.url) } as const;

const start = z.enum(['beginning', 'now']);
const trustRoot = z.union([
  z.strictObject({ preset: z.enum(['sigstore']), start: start.default('now') }),
  z.strictObject({ file: z.string().min(1), start: start.default('beginning') }),
]);
const publicKey = z.string().transform((text, context) => {
  const bytes = fromBase64(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const common = {
  name: z.string().min(1).max(100).optional(),
  url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  publicKey,
  start: start.default('beginning'),
  /** It takes no more entries. */
  ended: z.boolean().default(false),
};
const singleLog = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rekor-v2'), ...common, origin: z.string().min(1) }),
  z.strictObject({ kind: z.literal('rekor-v1'), ...common }),
  z.strictObject({
    kind: z.literal('ct'),
    dialect: z.enum(['rfc6962', 'static-ct']).default('rfc6962'),
    ...common,
  }),
]);
const logsFile = z.strictObject({
  trustRoots: z.array(trustRoot).default([]),
  logs: z.array(singleLog).default([]),
});

export interface FurtherLogs {
  readonly listings: readonly Listing[];
  readonly rekorV1: readonly RekorV1Listing[];
  readonly authorities: readonly TrustedAuthority[];
}

/** Thrown with one sentence for the person who wrote the file. */
export class LogsFileError extends Error {
  override readonly name = 'LogsFileError';
}

export async function readLogsFile(path: string): Promise<FurtherLogs> {
  const parsed = logsFile.safeParse(await readJsonFile(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new LogsFileError(`LOGS_FILE: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'does not read'}`);
  }
  const roots = await Promise.all(
    parsed.data.trustRoots.map(async (root) => {
      const file = 'preset' in root ? presets[root.preset] : resolve(dirname(path), root.file);
      return { root: readTrustedRoot(await readJsonFile(file)), startAt: root.start };
    }),
  );
  const { logs } = parsed.data;
  return {
    listings: [
      ...roots.flatMap(({ root, startAt }) => listLogs(root, startAt)),
      ...logs.filter((log) => log.kind !== 'rekor-v1').map(listingOf),
    ],
    rekorV1: [
      ...roots.flatMap(({ root, startAt }) => listRekorV1(root, startAt)),
      ...logs
        .filter((log) => log.kind === 'rekor-v1')
        .map(({ url, publicKey: key, start: startAt }) => ({ url, publicKeys: [key], startAt })),
    ],
    authorities: roots.flatMap(({ root }) => root.certificateAuthorities),
  };
}

type SingleLog = z.infer<typeof singleLog>;

function listingOf(log: Exclude<SingleLog, { kind: 'rekor-v1' }>): Listing {
  const { url, publicKey: key, ended, start: startAt } = log;
  const { host, pathname } = new URL(url);
  const common = { name: log.name ?? host, url, publicKey: key, startAt };
  if (log.kind === 'rekor-v2') {
    const id = `rekor2-${toHex(logIdOf(log.origin, key).subarray(0, 4))}`;
    return { ended, log: { id, kind: 'rekor-v2', dialect: 'tiles', origin: log.origin, ...common } };
  }
  const id = `ct-${toHex(sha256(key).subarray(0, 4))}`;
  // A static log is called by its submission prefix; the other kind has no such name, its address stands for it.
  const origin = log.dialect === 'static-ct' ? `${host}${pathname.replace(/\/$/, '')}` : url;
  return { ended, log: { id, kind: 'ct', dialect: log.dialect, origin, ...common } };
}

async function readJsonFile(path: string | URL): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new LogsFileError(`LOGS_FILE: ${String(path)} cannot be read as JSON`, { cause });
  }
}
