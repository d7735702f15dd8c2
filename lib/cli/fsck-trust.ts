/** Whose signature a checked log must carry: a key given, or the one a trusted_root.json lists for its address. */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import type { NoteVerifier } from '#lib/note/signed-note.ts';
import { parseVerifierKey, verifierOfKey } from '#lib/note/verifier-key.ts';
import { readTrustedRoot, type TrustedLog, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { boundedBody } from '../server/bounded-body.ts';
import { readSmallFile, smallFile } from '../server/small-file.ts';
import { FsckError } from './fsck-error.ts';

export interface TrustOptions {
  /** A verifier key (c2sp.org/signed-note), or a file that holds one or a PEM public key. */
  readonly key?: string | undefined;
  /** A file or an http(s) address. */
  readonly trustedRoot?: string | undefined;
  readonly kind?: 'tiles' | 'ct' | 'static-ct' | undefined;
}

export interface CertificateLogTrust {
  readonly kind: 'ct' | 'static-ct';
  /** One or more. */
  readonly publicKeys: readonly Uint8Array[];
}

export type LogTrust =
  { readonly kind: 'tiles'; readonly verifiers: readonly NoteVerifier[] | undefined } | CertificateLogTrust;

export async function trustFor(url: string, options: TrustOptions): Promise<LogTrust> {
  if (options.key !== undefined) return trustInKey(options.key, options.kind ?? 'tiles', url);
  if (options.trustedRoot === undefined)
    throw new FsckError('usage', 'Neither a key nor a trusted root is given.');
  const root = await readRoot(options.trustedRoot);
  const { kind } = options;
  const tlogs = kind === undefined || kind === 'tiles' ? logsAt(url, root.tlogs) : [];
  const ctlogs = kind === 'tiles' ? [] : logsAt(url, root.ctlogs);
  // Shards of a certificate log have paths below the address of the first, which may be that of a Rekor log too.
  const isTree = tlogs.length > 0 && depthOf(tlogs) >= depthOf(ctlogs);
  if (isTree) return { kind: 'tiles', verifiers: tlogs.map(verifierOf) };
  if (ctlogs.length > 0 && kind !== 'tiles')
    return { kind: kind ?? 'ct', publicKeys: ctlogs.map(({ publicKey }) => publicKey) };
  throw new FsckError(
    'usage',
    `${options.trustedRoot} lists no such log at ${url}: give its key with --key.`,
  );
}

async function trustInKey(given: string, kind: LogTrust['kind'], url: string): Promise<LogTrust> {
  const text = /^[^\s+]+\+[0-9a-f]{8}\+/.test(given) ? given : await readText(given);
  const [pem] = fromPem(text) ?? [];
  if (kind !== 'tiles') {
    const publicKey = pem?.bytes ?? ecdsaKeyIn(text);
    if (publicKey === undefined)
      throw new FsckError('usage', 'The key of a certificate log is a PEM public key.');
    return { kind, publicKeys: [publicKey] };
  }
  const verifier =
    pem === undefined
      ? verifierOfKey(parseVerifierKey(text.trim()))
      : logVerifier(new URL(url).hostname, pem.bytes);
  return { kind, verifiers: [verifier] };
}

function ecdsaKeyIn(text: string): Uint8Array | undefined {
  const { type, key } = parseVerifierKey(text.trim());
  return type === 'ecdsa' ? key : undefined;
}

async function readRoot(place: string): Promise<TrustedRoot> {
  const text = await readText(place);
  try {
    return readTrustedRoot(parseStrictJson(text));
  } catch (cause) {
    throw new FsckError('usage', `${place} is not a trusted root: ${(cause as Error).message}.`, { cause });
  }
}

async function readText(place: string): Promise<string> {
  try {
    if (!/^https?:\/\//.test(place)) return readSmallFile(place).toString('utf8');
    const answer = await fetch(place, { signal: AbortSignal.timeout(10_000) });
    if (answer.ok) return fromUtf8(await boundedBody(answer, smallFile));
    throw new Error(`it answered ${answer.status}`);
  } catch (cause) {
    throw new FsckError('usage', `${place} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

/**
 * A log also answers below its address, e.g. under /api/v2/. Addresses are compared by whole segments; of logs with
 * addresses below one another the one that is meant is the nearest.
 */
function logsAt(url: string, logs: readonly TrustedLog[]): TrustedLog[] {
  const above = logs.filter((log) => `${url}/`.startsWith(`${addressOf(log)}/`));
  return above.filter((log) => addressOf(log).length === depthOf(above));
}

function depthOf(logs: readonly TrustedLog[]): number {
  return Math.max(0, ...logs.map((log) => addressOf(log).length));
}

function addressOf({ baseUrl }: TrustedLog): string {
  return baseUrl.replace(/\/+$/, '');
}

/** A Rekor v1 tree signs as its host, whatever its address. */
function verifierOf({ baseUrl, origin, publicKey, logIdForm }: TrustedLog): NoteVerifier {
  return logVerifier(logIdForm === 'note-key' ? origin : new URL(baseUrl).hostname, publicKey);
}
