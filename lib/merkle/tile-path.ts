/** Where tiles and entry bundles live below a log's prefix: c2sp.org/tlog-tiles, "Merkle Tree" and "Log entries". */

export interface TileId {
  /** 0..63, or `entries` for the bundle of the same leaves as the level 0 tile. */
  readonly level: number | 'entries';
  readonly index: bigint;
  /** 256 when full, 1..255 when partial. */
  readonly width: number;
}

export const fullWidth = 256;

/** `tile/0/x001/x234/067`, with `.p/8` behind it when partial. */
export function tilePath({ level, index, width }: TileId): string {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width === fullWidth ? '' : `.p/${width}`}`;
}

// At most 7 groups: 10^21 tiles of 256 entries is past 2^64 entries.
const pattern = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,6})(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The tile a path names; undefined unless it is spelled as `tilePath` spells it. */
export function parseTilePath(path: string): TileId | undefined {
  const match = pattern.exec(path);
  if (match === null) return undefined;
  const [, level = '', leading = '', last = '', partial] = match;
  const width = partial === undefined ? fullWidth : Number(partial);
  if (width > fullWidth || (partial !== undefined && width === fullWidth)) return undefined;
  if (leading.startsWith('x000')) return undefined;
  if (level !== 'entries' && Number(level) > 63) return undefined;
  const index = BigInt(leading.replace(/[x/]/g, '') + last);
  return { level: level === 'entries' ? level : Number(level), index, width };
}
