/** Entries with their proofs as a log gives them: out of the tiles of Rekor v2, or by the interface of Rekor v1. */
import { z } from 'zod';
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { guardedFetch } from '../server/guarded-fetch.ts';
import { readEntryV1Answer } from '#lib/sign/request-entry-v1.ts';
import { tileSource } from '#lib/source/tiles.ts';
import type { TrustedLog } from '#lib/trust/trusted-root.ts';
import { proofSource } from '#lib/verify/proof-source.ts';
import { send } from './service-transport.ts';

/** Throws SourceError; undefined for an entry that the log does not have yet. */
export type LogReader = (index: bigint) => Promise<BundleEntry | undefined>;

const kindOf = z.object({ kind: z.string(), apiVersion: z.string() });

/** Every entry is proved under one checkpoint, read at the first. */
export function logReader({ baseUrl, origin, publicKey, logId }: TrustedLog): LogReader {
  const fetch = guardedFetch(`${baseUrl}/api/v2`);
  const tiles = tileSource(fetch, logVerifier(origin, publicKey));
  const proofs = proofSource({ kind: 'rekor-v2', origin, publicKey }, fetch);
  let checkpoint: Promise<string> | undefined;
  return async (index) => {
    checkpoint ??= tiles.head();
    const head = tiles.open(await checkpoint);
    if (index >= head.size) return undefined;
    const [entry] = await tiles.entries(index, index + 1n, head.size);
    const kind = entry && kindIn(entry.leaf);
    if (entry === undefined || kind === undefined) return undefined;
    const hashes = await proofs.inclusion(index, head.size, leafHash(entry.leaf));
    return {
      logIndex: index,
      logId,
      kind: kind.kind,
      version: kind.apiVersion,
      integratedTime: undefined,
      inclusionPromise: undefined,
      inclusionProof: {
        logIndex: index,
        rootHash: head.root,
        treeSize: head.size,
        hashes,
        checkpoint: head.evidence,
      },
      canonicalizedBody: entry.leaf,
    };
  };
}

/** An entry of Rekor v1 brings the log's promise, and with it the time that the log signed for. */
export async function readEntryOfV1({ baseUrl }: TrustedLog, id: string): Promise<BundleEntry> {
  const headers = { accept: 'application/json' };
  return readEntryV1Answer(
    await send({ method: 'GET', url: `${baseUrl}/api/v1/log/entries/${id}`, headers }),
  );
}

function kindIn(leaf: Uint8Array): z.infer<typeof kindOf> | undefined {
  try {
    return kindOf.safeParse(JSON.parse(fromUtf8(leaf))).data;
  } catch {
    return undefined;
  }
}
