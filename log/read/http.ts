/** The C2SP reads of a log (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles. Immutable but for the checkpoint. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { fullWidth, parseTilePath } from '#lib/merkle/tile-path.ts';
import { RequestError, type Answer, type Exchange, type Handler } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import { CompressedBundles, takesGzip } from './gzip.ts';
import type { PublishedLog } from './published-log.ts';

export type TileReads = Pick<PublishedLog, 'shown' | 'tile' | 'renew'>;

/** Which log a request means. */
export type PickLog = (exchange: Exchange) => TileReads;

/** Serves `<prefix>/checkpoint` and `<prefix>/tile/...`; the prefix has no slash at its end. */
export function readRoutes(routes: Routes, prefix: string, log: TileReads | PickLog): void {
  const pick = typeof log === 'function' ? log : () => log;
  routes.get(`${prefix}/checkpoint`, (exchange) => checkpoint(pick(exchange)));
  routes.getBelow(`${prefix}/tile/`, tile(prefix, pick));
}

async function checkpoint(log: TileReads): Promise<Answer> {
  await log.renew();
  const { shown } = log;
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

const forEver = {
  'content-type': 'application/octet-stream',
  'cache-control': 'public, max-age=31536000, immutable',
};

function tile(prefix: string, pick: PickLog): Handler {
  const compressed = new WeakMap<TileReads, CompressedBundles>();
  return async (exchange) => {
    const log = pick(exchange);
    const path = exchange.path.slice(prefix.length + 1);
    const id = parseTilePath(path);
    const bytes = id === undefined ? undefined : await log.tile(id);
    if (id === undefined || bytes === undefined) {
      throw new RequestError('not-found', 'this log has no such tile');
    }
    const headers = { ...forEver, etag: `"${path}"` };
    if (id.level !== 'entries') return { status: 200, headers, body: bytes };
    const vary = { ...headers, vary: 'accept-encoding' };
    if (!takesGzip(exchange.headers['accept-encoding'])) return { status: 200, headers: vary, body: bytes };
    const bundles = compressed.get(log) ?? new CompressedBundles();
    compressed.set(log, bundles);
    const body = await bundles.of(path, bytes, id.width === fullWidth);
    return { status: 200, headers: { ...vary, etag: `"${path}-gzip"`, 'content-encoding': 'gzip' }, body };
  };
}
