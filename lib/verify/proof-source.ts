/** The two kinds of log as sources of inclusion proofs: out of tiles, or by asking (RFC 6962 §4.5). */
import * as z from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { proveInclusion } from '#lib/merkle/inclusion.ts';
import { hashesFromTiles, TileError } from '#lib/merkle/tile.ts';
import type { TileId } from '#lib/merkle/tile-path.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { rfc6962Source } from '#lib/source/rfc6962.ts';
import { readTile, tileSource } from '#lib/source/tiles.ts';
import type { ProofSource } from './entry-proof.ts';

export interface KnownLog {
  readonly kind: string;
  readonly origin: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

export function proofSource(log: KnownLog, fetch: FetchBytes): ProofSource {
  return log.kind === 'ct' ? askingSource(log, fetch) : tileProofSource(log, fetch);
}

function tileProofSource(log: KnownLog, fetch: FetchBytes): ProofSource {
  const source = tileSource(fetch, logVerifier(log.origin, log.publicKey));
  const readTiles = (tiles: readonly TileId[]) => Promise.all(tiles.map((tile) => readTile(fetch, tile)));
  return {
    ...source,
    inclusion: async (index, size) => {
      try {
        return await proveInclusion(hashesFromTiles(readTiles, size), index, size);
      } catch (cause) {
        if (!(cause instanceof TileError)) throw cause;
        throw new SourceError('malformed', cause.message, { cause });
      }
    },
  };
}

const maxProofBytes = 64 * 1024;
const proofAnswer = z.object({ leaf_index: z.int(), audit_path: z.array(z.string()).max(64) });

function askingSource(log: KnownLog, fetch: FetchBytes): ProofSource {
  return {
    ...rfc6962Source(fetch, log.publicKey),
    inclusion: async (_index, size, leafHash) => {
      const hash = encodeURIComponent(toBase64(leafHash));
      const answer = await fetch(`ct/v1/get-proof-by-hash?hash=${hash}&tree_size=${size}`, maxProofBytes);
      return readAuditPath(answer);
    },
  };
}

function readAuditPath(answer: Uint8Array): Uint8Array[] {
  try {
    return proofAnswer.parse(JSON.parse(fromUtf8(answer))).audit_path.map((text) => {
      const hash = fromBase64(text);
      if (hash === undefined) throw new TypeError('not base64');
      return hash;
    });
  } catch (cause) {
    throw new SourceError('malformed', 'the log’s proof does not read', { cause });
  }
}
