/**
 * Derives the root of an RFC 6962 log from its entries alone, since such a log serves no tiles. When the root differs,
 * the first wrong entry is found with the log's own consistency proofs (§2.1.2): a proof from the derived root of the
 * first m entries holds exactly as long as none of those m is wrong.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { LogSource } from '#lib/source/log-source.ts';
import type { CheckedHead, CheckOptions } from './check-tiles.ts';
import { FaultFound, type Fault } from './fault.ts';
import { inOrder } from './in-order.ts';

const atOnce = 256n;
/** Places one may go back to. When there are more, every second is let go: a search reads some entries again instead. */
const maxMarks = 4096;

/** Throws FaultFound when an entry or the tree head is wrong, SourceError when something could not be read. */
export async function checkEntries(
  source: LogSource,
  head: CheckedHead,
  { parallel, resume, onProgress }: CheckOptions,
): Promise<void> {
  const tree = CompactRange.from(resume?.done ?? 0n, resume?.hashes ?? []);
  let marks = [tree.copy()];
  const answers = (head.size - tree.size + atOnce - 1n) / atOnce;
  const start = tree.size;
  const read = (at: bigint) =>
    readAll(source, start + at * atOnce, least(start + (at + 1n) * atOnce, head.size), head);
  for await (const leaves of inOrder(0n, answers, parallel, read)) {
    for (const leaf of leaves) tree.append(leafHash(leaf));
    marks.push(tree.copy());
    if (marks.length > maxMarks) marks = marks.filter((mark, at) => at % 2 === 0 || mark.size === tree.size);
    onProgress?.(tree.size, () => ({ done: tree.size, hashes: [...tree.hashes] }));
  }
  if (!equal(tree.root(), head.root)) throw new FaultFound(await blame(source, head, marks));
}

function headFault(detail: string): Fault {
  return { artefact: 'checkpoint', path: 'ct/v1/get-sth', problem: 'root', detail };
}

async function blame(source: LogSource, head: CheckedHead, marks: readonly CompactRange[]): Promise<Fault> {
  const isRight = (prefix: CompactRange) => leadsToRoot(source, head, prefix);
  const bad = await firstFailing(marks, isRight);
  if (bad === 0) return headFault('what an earlier check derived does not lead to it: check from the start');
  const before = marks[Math.max(bad - 1, 0)] ?? CompactRange.empty();
  const prefixes = [before];
  for (let at = before.size; at < (marks[bad]?.size ?? at);) {
    const leaves = await readAll(source, at, least(at + atOnce, marks[bad]?.size ?? at), head);
    for (const leaf of leaves) {
      const next = (prefixes.at(-1) ?? before).copy();
      next.append(leafHash(leaf));
      prefixes.push(next);
    }
    at += BigInt(leaves.length);
  }
  const wrong = before.size + BigInt((await firstFailing(prefixes, isRight)) - 1);
  // With no entry that fits, nothing says whether the first entry or the root itself is the wrong one.
  if (wrong <= 0n) return headFault('neither the first entry nor any after it leads to the root');
  const path = `ct/v1/get-entries?start=${wrong}&end=${wrong}`;
  const detail = `entry ${wrong} is not the one that was logged`;
  return { artefact: 'entry', path, index: wrong, problem: 'hash', detail };
}

/** The first prefix that is not right, given that the ones after it are not either; all of them are counted right first. */
async function firstFailing(
  prefixes: readonly CompactRange[],
  isRight: (prefix: CompactRange) => Promise<boolean>,
): Promise<number> {
  let right = -1;
  let wrong = prefixes.length - 1;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    const prefix = prefixes[middle];
    if (prefix !== undefined && (await isRight(prefix))) right = middle;
    else wrong = middle;
  }
  return wrong;
}

async function leadsToRoot(source: LogSource, head: CheckedHead, prefix: CompactRange): Promise<boolean> {
  if (prefix.size === 0n) return true;
  if (prefix.size === head.size) return equal(prefix.root(), head.root);
  return verifyConsistency({
    oldSize: prefix.size,
    oldRoot: prefix.root(),
    newSize: head.size,
    newRoot: head.root,
    proof: await source.consistency(prefix.size, head.size),
  });
}

/** A log may answer with fewer entries than asked (§4.6). */
async function readAll(
  source: LogSource,
  from: bigint,
  to: bigint,
  head: CheckedHead,
): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (let at = from; at < to; at = from + BigInt(leaves.length)) {
    for (const { leaf } of await source.entries(at, to, head.size)) leaves.push(leaf);
  }
  return leaves;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
