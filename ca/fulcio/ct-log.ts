/**
 * Steps 6 and 7 of an issuance: a precertificate goes to the transparency log over RFC 6962 HTTP, and what comes back
 * counts only if the log's known key signed exactly this. The log is met as a stranger's, though it is ours.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { fromBase64, fromProtoBase64, toBase64 } from '#lib/encoding/base64.ts';
import { TlsError } from '#lib/encoding/tls-presentation.ts';
import {
  readDigitallySigned,
  signedEntryBytes,
  type SignedCertificateTimestamp,
  type SignedEntry,
} from '#lib/x509/sct.ts';
import type { KnownLog } from '../trust-root/known-logs.ts';
import { IssuanceError } from './issuance-error.ts';
import type { JsonPost } from './json-post.ts';

const bytes = z.string().transform((text, context) => {
  const decoded = text === '' ? new Uint8Array() : fromProtoBase64(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});

/** RFC 6962 §4.2 */
const addChainResponse = z.object({
  sct_version: z.literal(0),
  id: bytes,
  timestamp: z.int().nonnegative(),
  extensions: bytes.default(new Uint8Array()),
  signature: bytes,
});

/** When a log, by its id, was first in the trust files that clients read; undefined when it is not yet. */
export type PublishedAt = (logId: string) => number | undefined;

export interface CtLogDeps {
  /** Without a trailing slash. */
  readonly logUrl: string;
  readonly knownLogs: () => readonly KnownLog[];
  readonly publishedAt: PublishedAt;
  readonly post: JsonPost;
  readonly now: () => number;
}

export interface CtLog {
  /** `chain`: precertificate, issuer, root as DER. Resolves with an SCT that verifies; throws an IssuanceError otherwise. */
  submit(chain: readonly Uint8Array[], entry: SignedEntry): Promise<SignedCertificateTimestamp>;
}

export function ctLog({ logUrl, knownLogs, publishedAt, post, now }: CtLogDeps): CtLog {
  const keys = new Map<string, KeyObject>();
  const keyOf = ({ logId, publicKey }: KnownLog): KeyObject => {
    const known = keys.get(logId);
    if (known !== undefined) return known;
    const der = Buffer.from(fromBase64(publicKey) ?? new Uint8Array());
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    keys.set(logId, key);
    return key;
  };
  return {
    submit: async (chain, entry) => {
      const path = openPath(knownLogs(), publishedAt, now());
      const answer = await post(`${logUrl}${path}/ct/v1/add-pre-chain`, {
        chain: chain.map(toBase64),
      });
      const sct = readAnswer(answer);
      const id = toBase64(sct.logId);
      const log = knownLogs().find(({ kind, logId }) => kind === 'ct' && logId === id);
      if (log === undefined) throw invalid('the log is not one this instance vouches for');
      const signed = signedEntryBytes(sct.timestamp, entry, sct.extensions);
      if (!verify('sha256', signed, keyOf(log), sct.signature))
        throw invalid('its signature does not verify');
      checkTime(sct.timestamp, now());
      return sct;
    },
  };
}

/**
 * Where below its address the log takes certificates now: each shard but the first has a path of its own. A young shard
 * waits until whoever trusts us can have heard of it, as long as the one before it is open.
 */
export function openPath(logs: readonly KnownLog[], publishedAt: PublishedAt, now: number): string {
  const all = logs.filter(({ kind }) => kind === 'ct');
  const open = all.filter(({ validFor: { end } }) => end === undefined || now < Date.parse(end));
  const isKnown = (log: KnownLog): boolean => {
    const at = publishedAt(log.logId);
    const lead = leadMs(log, all[all.indexOf(log) - 1]);
    return lead === 0 || (at !== undefined && now >= at + lead);
  };
  const used = open.findLast(isKnown) ?? open[0];
  const [first = used] = all;
  return used !== undefined && first !== undefined && used.baseUrl.startsWith(`${first.baseUrl}/`)
    ? used.baseUrl.slice(first.baseUrl.length)
    : '';
}

/** A third of the time in which both take certificates. */
function leadMs(young: KnownLog, old: KnownLog | undefined): number {
  const { end } = old?.validFor ?? {};
  return end === undefined ? 0 : Math.max(0, Date.parse(end) - Date.parse(young.validFor.start)) / 3;
}

// The entry is new, so its time is now, give or take two clocks.
const clockSlackMs = 60_000;

function checkTime(timestamp: bigint, now: number): void {
  if (Math.abs(Number(timestamp) - now) > clockSlackMs) throw invalid('its time is not now');
}

function readAnswer(answer: unknown): SignedCertificateTimestamp {
  const parsed = addChainResponse.safeParse(answer);
  if (!parsed.success) throw invalid('it is not an SCT');
  const { id, timestamp, extensions, signature } = parsed.data;
  try {
    return { logId: id, timestamp: BigInt(timestamp), extensions, signature: readDigitallySigned(signature) };
  } catch (cause) {
    if (cause instanceof TlsError) throw invalid('its signature is malformed', cause);
    throw cause;
  }
}

function invalid(why: string, cause?: unknown): IssuanceError {
  return new IssuanceError('log-answer-invalid', `The log's answer cannot be used: ${why}.`, { cause });
}
