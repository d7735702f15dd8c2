/**
 * One entry out of a log, as a browser reads it: from the tiles of Rekor v2, or by the interface of Rekor v1, whose answer
 * brings proof, checkpoint and promise along. Everything it gives is hostile until entry-check.ts has looked at it.
 */
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { readEntryV1Answer } from '#lib/sign/request-entry-v1.ts';
import { SourceError, type FetchBytes, type SignedHead } from '#lib/source/log-source.ts';
import { rekorV1Source } from '#lib/source/rekor-v1.ts';
import { tileSource } from '#lib/source/tiles.ts';
import { proofSource } from '#lib/verify/proof-source.ts';

export interface Place {
  readonly origin: string;
  /** In its tree. */
  readonly index: bigint;
  /** What this site says the entry's leaf hash is, hexadecimal. */
  readonly leafHash: string;
}

export type ReadEntry = Pick<
  BundleEntry,
  'kind' | 'version' | 'canonicalizedBody' | 'logId' | 'logIndex' | 'integratedTime' | 'inclusionPromise'
>;

export interface EntryLog {
  /** A statement of the log about a tree, as it sends it. */
  head(): Promise<string>;
  open(note: string): SignedHead;
  entry(size: bigint): Promise<ReadEntry>;
  /** From the entry to the root of the tree of that statement. */
  path(size: bigint, leafHash: Uint8Array): Promise<readonly Uint8Array[]>;
  consistency(first: bigint, second: bigint): Promise<Uint8Array[]>;
}

export function entryLog(place: Place, publicKey: Uint8Array, logId: Uint8Array, ask: FetchBytes): EntryLog {
  const [, host = '', treeId] = /^(\S+) - (\d+)$/.exec(place.origin) ?? [];
  return treeId === undefined
    ? tiledLog(place, publicKey, logId, ask)
    : answeringLog(place, { host, treeId, publicKey }, ask);
}

function tiledLog(
  { origin, index }: Place,
  publicKey: Uint8Array,
  logId: Uint8Array,
  ask: FetchBytes,
): EntryLog {
  const source = tileSource(ask, logVerifier(origin, publicKey));
  const proofs = proofSource({ kind: 'rekor-v2', origin, publicKey }, ask);
  return {
    ...source,
    path: (size, leafHash) => proofs.inclusion(index, size, leafHash),
    entry: async (size) => {
      const [entry] = await source.entries(index, index + 1n, size);
      if (entry === undefined) throw new SourceError('malformed', 'the log gave no entry');
      return {
        ...kindOf(entry.leaf),
        canonicalizedBody: entry.leaf,
        logId,
        logIndex: index,
        integratedTime: undefined,
        inclusionPromise: undefined,
      };
    },
  };
}

interface Tree {
  readonly host: string;
  readonly treeId: string;
  readonly publicKey: Uint8Array;
}

function answeringLog({ leafHash }: Place, { host, treeId, publicKey }: Tree, ask: FetchBytes): EntryLog {
  const { open, consistency } = rekorV1Source(ask, logVerifier(host, publicKey), treeId);
  let answered: Promise<BundleEntry> | undefined;
  const read = () =>
    (answered ??= readAnswer(ask, `${BigInt(treeId).toString(16).padStart(16, '0')}${leafHash}`));
  const proof = async () => {
    const { inclusionProof } = await read();
    if (inclusionProof?.checkpoint === undefined)
      throw new SourceError('malformed', 'the log gave no proof with its entry');
    return { ...inclusionProof, checkpoint: inclusionProof.checkpoint };
  };
  return {
    open,
    consistency,
    entry: read,
    head: async () => (await proof()).checkpoint,
    path: async () => (await proof()).hashes,
  };
}

/** An entry is logged whole, so it may be long. */
const longestEntry = 4 * 1024 * 1024;

async function readAnswer(ask: FetchBytes, id: string): Promise<BundleEntry> {
  const body = await ask(`api/v1/log/entries/${id}`, longestEntry);
  return readEntryV1Answer({ status: 200, body, header: () => undefined });
}

function kindOf(leaf: Uint8Array): { kind: string; version: string } {
  try {
    const { kind, apiVersion } = Object(JSON.parse(fromUtf8(leaf))) as {
      kind?: unknown;
      apiVersion?: unknown;
    };
    return { kind: String(kind), version: String(apiVersion) };
  } catch {
    return { kind: 'unknown', version: '' };
  }
}
