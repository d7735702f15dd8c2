/**
 * The logs this instance vouches for, learned from the log process's own list and remembered in DATA_DIR/trust/logs.json:
 * a log once listed is never forgotten, since signatures made with it must verify for ever. Later starts need no log.
 */
import { z } from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { equal } from '#lib/encoding/bytes.ts';
import type { Logger } from '#lib/server/logger.ts';
import { ed25519LogId } from '#lib/trust/trusted-root.ts';
import { fetchJson } from '../oidc/fetch-json.ts';
import { readRemembered, remember } from './remembered.ts';

const base64 = z.string().refine((text) => (fromBase64(text)?.length ?? 0) > 0, 'not base64');
const listedLog = z.object({
  name: z.string().min(1).max(100),
  kind: z.enum(['rekor-v2', 'rekor-v1', 'ct']),
  baseUrl: z.url({ protocol: /^https?$/ }),
  origin: z.string().min(1).max(300),
  logId: base64,
  publicKey: base64,
  keyDetails: z.enum(['PKIX_ED25519', 'PKIX_ECDSA_P256_SHA_256']),
  validFor: z.object({ start: z.iso.datetime(), end: z.iso.datetime().optional() }),
});
const logList = z.object({ logs: z.array(listedLog).max(1000) });

export type KnownLog = z.infer<typeof listedLog>;

const pollMs = 30_000;
const retryMs = 500;
const freshMs = 2_000;

export interface KnownLogs {
  /** Oldest first. */
  all(): readonly KnownLog[];
  /** Whether the log process answers now, give or take two seconds; what is remembered is used meanwhile. */
  reachable(): Promise<boolean>;
  /** Calls this whenever the list is another. */
  onListed(tell: () => void): void;
  stop(): void;
}

export interface KnownLogsDeps {
  readonly logUrl: string;
  readonly file: string;
  readonly logger: Logger;
}

/** Asks at once, then every half second until the log answers, then every half minute. */
export function followLogList({ logUrl, file, logger }: KnownLogsDeps): KnownLogs {
  let known = readRemembered(file, logList)?.logs ?? [];
  let isReachable = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let askedAt = -Infinity;
  let complained = false;
  let tell: () => void = () => undefined;

  const refresh = async (): Promise<void> => {
    askedAt = performance.now();
    try {
      const listed = logList.parse(
        await fetchJson(`${logUrl}/log_list.json`, { maxBytes: 1_000_000, timeoutMs: 5_000 }),
      );
      const merged = mergeLogs(known, listed.logs);
      const isOther = JSON.stringify(merged) !== JSON.stringify(known);
      if (isOther) remember(file, { logs: merged });
      known = merged;
      if (isOther) tell();
      if (!isReachable) logger.info({ logs: known.map(({ name }) => name) }, 'log list read');
      isReachable = true;
      complained = false;
    } catch (error) {
      if (!complained) logger.warn({ err: error }, 'log list cannot be read');
      isReachable = false;
      complained = true;
    }
  };
  const loop = async (): Promise<void> => {
    await refresh();
    if (!stopped) timer = setTimeout(() => void loop(), isReachable ? pollMs : retryMs).unref();
  };
  void loop();
  return {
    all: () => known,
    reachable: async () => {
      if (performance.now() - askedAt > freshMs) await refresh();
      return isReachable;
    },
    onListed: (work) => {
      tell = work;
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** What is listed now replaces what was said of the same log before; nothing goes away. */
export function mergeLogs(known: readonly KnownLog[], listed: readonly KnownLog[]): KnownLog[] {
  for (const log of listed) requireOwnId(log);
  const byId = new Map([...known, ...listed].map((log) => [log.logId, log]));
  return [...byId.values()].sort((a, b) => a.validFor.start.localeCompare(b.validFor.start));
}

/** A wrong id in a trusted root makes every verifier fail without a reason a person could find. */
function requireOwnId({ name, kind, origin, logId, publicKey, keyDetails }: KnownLog): void {
  const key = fromBase64(publicKey) ?? new Uint8Array();
  const isNoteKey = kind === 'rekor-v2' && keyDetails === 'PKIX_ED25519';
  const expected = isNoteKey ? ed25519LogId(origin, key.subarray(-32)) : sha256(key);
  if (!equal(fromBase64(logId) ?? new Uint8Array(), expected)) {
    throw new Error(`the log list gives ${name} an id that is not that of its key`);
  }
}
