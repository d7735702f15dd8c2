/**
 * A static-ct log (c2sp.org/static-ct-api) as a tile log, so that the same check goes over both: its data tiles are read,
 * and what each entry is hashed as is given in the form of an entry bundle. Its hash tiles are those of any tile log.
 */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { TlsError, TlsReader } from '#lib/encoding/tls-presentation.ts';
import { formatEntryBundle, TileError } from '#lib/merkle/tile.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, parseNote } from '#lib/note/signed-note.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { openStaticHead, readTileLeaf } from '#lib/source/static-ct.ts';
import { FaultFound } from './fault.ts';
import type { OpenedHead } from './open-head.ts';

const bundlePath = /^tile\/entries\/(.*)$/;
/** Of a data tile against an entry bundle: it also holds precertificates and the digests of chains. */
const timesLarger = 4;
const maxCheckpointBytes = 64 * 1024;

/** Reads `tile/data/...` where a bundle is asked for. */
export function dataTilesAsBundles(fetch: FetchBytes): FetchBytes {
  return async (path, maxBytes) => {
    const [, at] = bundlePath.exec(path) ?? [];
    if (at === undefined) return fetch(path, maxBytes);
    const dataPath = `tile/data/${at}`;
    const reader = new TlsReader(await fetch(dataPath, maxBytes * timesLarger));
    const width = Number(/\.p\/(\d+)$/.exec(at)?.[1] ?? 256);
    try {
      const leaves = Array.from({ length: width }, () => readTileLeaf(reader).leaf);
      reader.end();
      return formatEntryBundle(leaves);
    } catch (cause) {
      if (!(cause instanceof TlsError || cause instanceof TileError)) throw cause;
      const detail = `does not hold ${width} entries: ${cause.message}`;
      const index = BigInt((at.split('.p/')[0] ?? '').replace(/[x/]/g, '')) * 256n;
      throw new FaultFound({ artefact: 'bundle', path: dataPath, index, problem: 'length', detail });
    }
  };
}

/** The name is the one that the checkpoint gives itself: the key's signature covers it. */
export async function openStaticCtHead(fetch: FetchBytes, publicKey: Uint8Array): Promise<OpenedHead> {
  const path = 'checkpoint';
  const bytes = await fetch(path, maxCheckpointBytes);
  try {
    const note = fromUtf8(bytes);
    const { origin } = parseCheckpoint(parseNote(note).text);
    const { size, root } = openStaticHead(note, origin, publicKey);
    return { origin, size, root };
  } catch (error) {
    if (!(error instanceof NoteError || error instanceof SourceError || error instanceof TypeError))
      throw error;
    const code = 'code' in error ? error.code : undefined;
    const problem = code === 'bad-signature' ? 'signature' : code === 'unknown-key' ? 'unknown-key' : 'form';
    throw new FaultFound({ artefact: 'checkpoint', path, problem, detail: error.message });
  }
}
