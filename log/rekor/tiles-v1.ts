/** A Rekor v1 tree as tiles: hash tiles as they are kept, entry bundles of the leaves alone. */
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import type { TileReads } from '../read/http.ts';
import type { PublishedLog } from '../read/published-log.ts';
import { parseRecordV1 } from './record-v1.ts';

export function tilesV1(published: PublishedLog): TileReads {
  return {
    renew: () => published.renew(),
    get shown() {
      return published.shown;
    },
    tile: async (id) => {
      if (id.level !== 'entries') return published.tile(id);
      const start = id.index * 256n;
      const end = start + BigInt(id.width);
      if (end > published.head.size) return undefined;
      const records = await published.records(start, end);
      return formatEntryBundle(records.map((record) => parseRecordV1(record).leaf));
    },
  };
}
