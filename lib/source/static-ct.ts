/**
 * A certificate transparency log served as files (c2sp.org/static-ct-api): the checkpoint of a tile log, signed with the
 * key and in the form of RFC 6962 (signature type 0x05), hash tiles, and data tiles that hold certificates.
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, equal, utf8 } from '#lib/encoding/bytes.ts';
import { TlsError, TlsReader, vector } from '#lib/encoding/tls-presentation.ts';
import { tileAt } from '#lib/merkle/tile.ts';
import { tilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, parseNote } from '#lib/note/signed-note.ts';
import {
  SourceError,
  type FetchBytes,
  type LogSource,
  type SignedHead,
  type SourceEntry,
} from './log-source.ts';
import { readText } from './read-json.ts';
import { verifyTreeHead } from './rfc6962.ts';
import { consistencyFromTiles, readPartOrWhole, usualBytesEach } from './tiles.ts';
import { partsFrom, readAtOnce } from './answers-at-once.ts';

const maxCheckpointBytes = 64 * 1024;
/** A certificate, its precertificate and the digests of its chain; nobody signs code with more. */
const maxEntryBytes = 128 * 1024;
const tilesAtOnce = 4n;

/** `origin`: the submission prefix without its scheme and trailing slash. `publicKey`: SubjectPublicKeyInfo. */
export function staticCtSource(fetch: FetchBytes, origin: string, publicKey: Uint8Array): LogSource {
  return {
    head: async () => readText(await fetch('checkpoint', maxCheckpointBytes), 'checkpoint'),
    open: (head) => openStaticHead(head, origin, publicKey),
    entries: (from, to, size) => readEntries(fetch, from, to, size),
    consistency: (first, second) => consistencyFromTiles(fetch, first, second),
  };
}

/** "the key ID is SHA-256(name || 0x0A || 0x05 || 32-byte LogID)[:4]" (c2sp.org/static-ct-api, Checkpoints). */
export function staticCtKeyId(origin: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(origin), Uint8Array.of(0x0a, 0x05), sha256(publicKey))).slice(0, 4);
}

export function openStaticHead(head: string, origin: string, publicKey: Uint8Array): SignedHead {
  const keyId = staticCtKeyId(origin, publicKey);
  try {
    const { text, signatures } = parseNote(head);
    const checkpoint = parseCheckpoint(text);
    const ours = signatures.find((line) => line.name === origin && equal(line.keyId, keyId));
    if (ours === undefined || checkpoint.origin !== origin)
      throw new SourceError('unknown-key', 'checkpoint: no signature of the key we know');
    // struct { uint64 timestamp; TreeHeadSignature signature; } RFC6962NoteSignature
    const reader = new TlsReader(ours.signature);
    const timestamp = reader.uint(8);
    const { size, root } = checkpoint;
    if (!verifyTreeHead(publicKey, { timestamp, size, root }, ours.signature.subarray(8)))
      throw new SourceError('bad-signature', 'checkpoint: the signature does not verify');
    return { size, root, at: new Date(Number(timestamp)), evidence: head };
  } catch (cause) {
    if (cause instanceof NoteError || cause instanceof TlsError)
      throw new SourceError('malformed', `checkpoint: ${cause.message}`, { cause });
    throw cause;
  }
}

async function readEntries(
  fetch: FetchBytes,
  from: bigint,
  to: bigint,
  size: bigint,
): Promise<SourceEntry[]> {
  const first = from / 256n;
  const end = (to - 1n) / 256n;
  const last = end < first + tilesAtOnce - 1n ? end : first + tilesAtOnce - 1n;
  const entries = await readAtOnce(
    partsFrom(first, Number(last - first) + 1),
    (index) => readDataTile(fetch, index, size, usualBytesEach),
    (index) => readDataTile(fetch, index, size, () => maxEntryBytes),
  );
  const start = Number(from - first * 256n);
  return entries.slice(start, start + Number(to - from));
}

async function readDataTile(
  fetch: FetchBytes,
  index: bigint,
  size: bigint,
  bytesEach: (tile: TileId) => number,
): Promise<SourceEntry[]> {
  const tile = tileAt('entries', index, size);
  if (tile === undefined) throw new RangeError(`no data tile ${index} in a tree of ${size}`);
  const pathOf = (id: TileId): string => tilePath(id).replace('tile/entries/', 'tile/data/');
  const [bytes, width] = await readPartOrWhole(fetch, tile, bytesEach(tile), pathOf);
  try {
    const reader = new TlsReader(bytes);
    const entries = Array.from({ length: width }, () => readTileLeaf(reader));
    reader.end();
    return entries.slice(0, tile.width);
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new SourceError('malformed', `data tile ${index}: ${cause.message}`, { cause });
  }
}

/**
 * struct { TimestampedEntry timestamped_entry;
 *          select (entry_type) { case x509_entry: Empty; case precert_entry: ASN.1Cert pre_certificate; };
 *          Fingerprint certificate_chain<0..2^16-1>; } TileLeaf;
 * given as RFC 6962 §3.4 has it: a MerkleTreeLeaf, and beside it a chain entry, here without the chain.
 */
export function readTileLeaf(reader: TlsReader): SourceEntry {
  const timestamp = reader.opaque(8);
  const type = reader.opaque(2);
  const isPrecertificate = type[0] === 0 && type[1] === 1;
  if (!isPrecertificate && !(type[0] === 0 && type[1] === 0)) throw new TlsError('unknown entry type');
  const issuerKeyHash = isPrecertificate ? reader.opaque(32) : new Uint8Array(0);
  const certificate = vector(3, reader.vector(3));
  const extensions = vector(2, reader.vector(2));
  const precertificate = isPrecertificate ? vector(3, reader.vector(3)) : new Uint8Array(0);
  if (reader.vector(2).length % 32 !== 0) throw new TlsError('chain is not made of fingerprints');
  return {
    leaf: concat(Uint8Array.of(0, 0), timestamp, type, issuerKeyHash, certificate, extensions),
    extraData: concat(precertificate, vector(3, new Uint8Array(0))),
  };
}
