/** The C2SP reads of a log (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles. Immutable but for the checkpoint. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { parseTilePath } from '#lib/merkle/tile-path.ts';
import { RequestError, type Answer, type Handler } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import type { PublishedLog } from './published-log.ts';

export type TileReads = Pick<PublishedLog, 'shown' | 'tile'>;

/** Serves `<prefix>/checkpoint` and `<prefix>/tile/...`; the prefix has no slash at its end. */
export function readRoutes(routes: Routes, prefix: string, log: TileReads): void {
  routes.get(`${prefix}/checkpoint`, () => checkpoint(log));
  routes.getBelow(`${prefix}/tile/`, tile(prefix, log));
}

function checkpoint({ shown }: TileReads): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      // "SHOULD be cached for no more than a few seconds": ours is new after every batch.
      'cache-control': 'no-cache',
      // Of the note, not of the tree: witnesses add their signatures to a checkpoint that is there already.
      etag: `"${shown.size}-${toHex(sha256(utf8(shown.checkpoint)).subarray(0, 8))}"`,
    },
    body: shown.checkpoint,
  };
}

function tile(prefix: string, log: TileReads): Handler {
  return async ({ path }) => {
    const id = parseTilePath(path.slice(prefix.length + 1));
    const bytes = id === undefined ? undefined : await log.tile(id);
    if (bytes === undefined) throw new RequestError('not-found', 'this log has no such tile');
    return {
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
        etag: `"${path.slice(prefix.length + 1)}"`,
      },
      body: bytes,
    };
  };
}
