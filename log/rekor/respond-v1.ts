/** A LogEntry of Rekor v1: body, integrated time, proof and promise. The proof is checked before it leaves. */
import { toHex } from '#lib/encoding/bytes.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { promisedBytes } from '#lib/verify/signed-entry-timestamp.ts';
import { LogStateError } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import { parseRecordV1 } from './record-v1.ts';
import { entryIdOf, type TreesV1, type TreeV1 } from './tree-v1.ts';

export interface StoredEntry {
  readonly tree: TreeV1;
  /** In its tree. */
  readonly index: bigint;
  readonly record: Uint8Array;
  /** A head of the tree that covers the entry, and the proof in it. */
  readonly head: SignedHead;
  prove(): Promise<readonly Uint8Array[]>;
}

/** As it was published: the newest head covers every entry that can be read. */
export async function readStored(tree: TreeV1, index: bigint): Promise<StoredEntry> {
  const { published } = tree;
  const { head } = published;
  const [record] = await published.records(index, index + 1n);
  if (record === undefined) throw new Error(`entry ${index} cannot be read`);
  return { tree, index, record, head, prove: () => published.prove(index, head.size) };
}

export interface LogEntryJson {
  readonly entryId: string;
  /** `"<entryId>":{...}` */
  readonly member: string;
}

export async function logEntryJson(trees: TreesV1, entry: StoredEntry): Promise<LogEntryJson> {
  const { tree, index, head } = entry;
  const { leaf, integratedTime } = parseRecordV1(entry.record);
  const { size, root } = head;
  const hash = leafHash(leaf);
  const proof = await entry.prove();
  if (!verifyInclusion({ index, size, root, proof, leafHash: hash })) {
    throw new LogStateError(`The proof made for entry ${index} does not verify.`);
  }
  const logIndex = trees.virtualIndex(tree, index);
  const promised = promisedBytes({ canonicalizedBody: leaf, logId: tree.logId, logIndex }, integratedTime);
  const entryId = entryIdOf(tree, hash);
  const attested = await tree.attestations.of(leaf);
  const attestation = attested === undefined ? '' : `"attestation":{"data":"${base64(attested)}"},`;
  // Every value but the note is a number, hexadecimal or base64: a template is the JSON of it.
  const inclusionProof =
    `{"checkpoint":${JSON.stringify(head.checkpoint)},"hashes":[${proof.map((one) => `"${toHex(one)}"`).join()}],` +
    `"logIndex":${index},"rootHash":"${toHex(root)}","treeSize":${size}}`;
  const member =
    `"${entryId}":{${attestation}"body":"${base64(leaf)}","integratedTime":${integratedTime},"logID":"${toHex(tree.logId)}",` +
    `"logIndex":${logIndex},"verification":{"inclusionProof":${inclusionProof},` +
    `"signedEntryTimestamp":"${base64(tree.key.sign(promised))}"}}`;
  return { entryId, member };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
