/**
 * One tree of a Rekor v1 log over its REST API (OpenAPI file of sigstore/rekor). A log is a series of trees, old ones
 * inactive; an entry has an index in its tree and a virtual one, counted through all trees before. Entries come ten at a
 * time, in no order, and those it does not have are left out without a word: what is missing here is an error.
 */
import * as z from 'zod';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, openNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { partsFrom, readAtOnce } from './answers-at-once.ts';
import {
  SourceError,
  type FetchBytes,
  type LogSource,
  type SignedHead,
  type SourceEntry,
} from './log-source.ts';
import { base64Bytes, hexBytes, readJson, readText } from './read-json.ts';

const maxInfoBytes = 1024 * 1024;
const maxProofBytes = 64 * 1024;
/** Ten entries: most are two kilobytes, with a statement more. One alone may be as large as the log takes. */
const maxBatchBytes = 2 * 1024 * 1024;
const maxEntryBytes = 40 * 1024 * 1024;
const entriesInRequest = 10;
const requestsAtOnce = 8;

const treeInfo = z.object({
  signedTreeHead: z.string(),
  treeID: z.string().regex(/^[1-9]\d{0,18}$/),
  treeSize: z.int().nonnegative(),
});
const logInfo = treeInfo.extend({ inactiveShards: z.array(treeInfo).max(100).nullish() });
/**
 * Logs keep statements of up to 100 KiB. What is longer, or no such thing, is handed on as a byte that no leaf has the hash
 * of: its reader then says that it was not read (lib/identity/from-statement.ts).
 */
const longestAttestation = 128 * 1024;
const unread = Uint8Array.of(0);
const attestation = z
  .object({ data: z.string().optional() })
  .transform(({ data = '' }) =>
    data.length > Math.ceil(longestAttestation / 3) * 4 ? unread : (fromBase64(data) ?? unread),
  )
  .optional()
  .catch(unread);
const entryForm = z.object({
  body: base64Bytes,
  logIndex: z.int().nonnegative(),
  attestation,
});
const entriesAnswer = z.array(z.record(z.string(), entryForm)).max(entriesInRequest);
const proofAnswer = z.object({ hashes: z.array(hexBytes).max(128) });

export interface TreeV1 {
  /** Decimal. */
  readonly treeId: string;
  readonly head: string;
  /** Of the first entry, counted through the trees before. */
  readonly firstVirtualIndex: bigint;
  readonly isActive: boolean;
}

/** Every tree of the log, oldest first, the active one last. The heads are as sent, not checked. */
export async function listTrees(fetch: FetchBytes): Promise<TreeV1[]> {
  const answer = readText(await fetch('api/v1/log', maxInfoBytes), 'api/v1/log');
  const { inactiveShards, ...active } = readJson(logInfo, answer, 'api/v1/log');
  let firstVirtualIndex = 0n;
  return [...(inactiveShards ?? []), active].map((tree) => {
    const listed = {
      treeId: tree.treeID,
      head: tree.signedTreeHead,
      firstVirtualIndex,
      isActive: tree === active,
    };
    firstVirtualIndex += BigInt(tree.treeSize);
    return listed;
  });
}

/** `verifier` is named as the log signs: by its host alone; the checkpoint says `HOST - TREE`. */
export function rekorV1Source(fetch: FetchBytes, verifier: NoteVerifier, treeId: string): LogSource {
  let firstVirtualIndex: bigint | undefined;
  const findTree = async (): Promise<TreeV1> => {
    const tree = (await listTrees(fetch)).find((listed) => listed.treeId === treeId);
    if (tree === undefined) throw new SourceError('not-found', `the log no longer lists tree ${treeId}`);
    firstVirtualIndex = tree.firstVirtualIndex;
    return tree;
  };
  return {
    head: async () => (await findTree()).head,
    open: (head) => openHead(head, verifier, treeId),
    entries: async (from, to) => {
      const first = firstVirtualIndex ?? (await findTree()).firstVirtualIndex;
      return readEntries(fetch, from, to, first);
    },
    consistency: async (first, second) => {
      const path = `api/v1/log/proof?firstSize=${first}&lastSize=${second}&treeID=${treeId}`;
      return readJson(proofAnswer, readText(await fetch(path, maxProofBytes), 'proof'), 'proof').hashes;
    },
  };
}

function openHead(head: string, verifier: NoteVerifier, treeId: string): SignedHead {
  try {
    const { origin, size, root, extensions } = parseCheckpoint(openNote(head, [verifier]).text);
    // One key signs for every tree: the name of the tree is what tells them apart.
    if (origin !== `${verifier.name} - ${treeId}`)
      throw new SourceError('unknown-key', 'the checkpoint names another tree');
    return { size, root, at: statedTime(extensions), evidence: head };
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    const code = cause.code === 'no-known-signature' ? 'unknown-key' : cause.code;
    throw new SourceError(code, `checkpoint: ${cause.message}`, { cause });
  }
}

/** `Timestamp: NANOSECONDS`, where the log writes it. */
function statedTime(extensions: readonly string[]): Date | undefined {
  const stated = extensions.find((line) => /^Timestamp: \d{1,19}$/.test(line));
  return stated === undefined
    ? undefined
    : new Date(Number(BigInt(stated.slice('Timestamp: '.length)) / 1_000_000n));
}

async function readEntries(
  fetch: FetchBytes,
  from: bigint,
  to: bigint,
  firstVirtualIndex: bigint,
): Promise<SourceEntry[]> {
  const wanted = Math.min(Number(to - from), entriesInRequest * requestsAtOnce);
  const indexesOf = (part: bigint): number[] => {
    const start = Number(part) * entriesInRequest;
    const count = Math.min(entriesInRequest, wanted - start);
    return Array.from({ length: count }, (_, at) => Number(firstVirtualIndex + from) + start + at);
  };
  return readAtOnce(
    partsFrom(0n, Math.ceil(wanted / entriesInRequest)),
    (part) => retrieve(fetch, indexesOf(part), maxBatchBytes),
    (part) => retrieveSingly(fetch, indexesOf(part)),
  );
}

/** Until it is much that they hold: the first is there at least. */
async function retrieveSingly(fetch: FetchBytes, indexes: readonly number[]): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  let held = 0;
  for (const index of indexes) {
    if (held > maxBatchBytes) break;
    const [entry] = await retrieve(fetch, [index], maxEntryBytes);
    if (entry === undefined) break;
    held += entry.leaf.length + entry.extraData.length;
    entries.push(entry);
  }
  return entries;
}

async function retrieve(
  fetch: FetchBytes,
  indexes: readonly number[],
  maxBytes: number,
): Promise<SourceEntry[]> {
  const body = JSON.stringify({ logIndexes: indexes });
  const answer = readText(await fetch('api/v1/log/entries/retrieve', maxBytes, body), 'entries');
  const entries = readJson(entriesAnswer, answer, 'entries').flatMap((entry) => Object.values(entry));
  return indexes.map((index) => {
    const found = entries.find(({ logIndex }) => logIndex === index);
    if (found === undefined)
      throw new SourceError('malformed', `entries: ${index} was asked for and left out`);
    return { leaf: found.body, extraData: found.attestation ?? noExtraData };
  });
}

const noExtraData = new Uint8Array(0);
