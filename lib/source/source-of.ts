/** The source of a log by what it is spoken to in. */
import { logVerifier } from '#lib/note/log-verifier.ts';
import type { FetchBytes, LogSource } from './log-source.ts';
import { rfc6962Source } from './rfc6962.ts';
import { rekorV1Source } from './rekor-v1.ts';
import { staticCtSource } from './static-ct.ts';
import { tileSource } from './tiles.ts';

export const dialects = ['tiles', 'rekor-v1', 'rfc6962', 'static-ct'] as const;
export type Dialect = (typeof dialects)[number];

export interface SpokenLog {
  readonly dialect: Dialect;
  /** As it calls itself; of an RFC 6962 log its address, which nothing depends on. */
  readonly origin: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Throws DerError when the key is none we know. */
export function sourceOf({ dialect, origin, publicKey }: SpokenLog, fetch: FetchBytes): LogSource {
  switch (dialect) {
    case 'tiles':
      return tileSource(fetch, logVerifier(origin, publicKey));
    case 'rfc6962':
      return rfc6962Source(fetch, publicKey);
    case 'static-ct':
      return staticCtSource(fetch, origin, publicKey);
    case 'rekor-v1': {
      const { host, treeId } = readTreeOrigin(origin);
      return rekorV1Source(fetch, logVerifier(host, publicKey), treeId);
    }
  }
}

/** `HOST - TREE` */
function readTreeOrigin(origin: string): { host: string; treeId: string } {
  const [, host = origin, treeId = ''] = /^(\S+) - (\d+)$/.exec(origin) ?? [];
  return { host, treeId };
}
