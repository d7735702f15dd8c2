/**
 * Two statements of one log that cannot both be true, and how anybody sees that who trusts neither the log nor us. Of one
 * size with two roots they speak for themselves. Of two sizes it takes the path (RFC 9162 §2.1.4.2) by which the tree of
 * the larger shows what it begins with: a log that serves it convicts itself. That a log went back to fewer entries shows
 * only where both say when they were made; otherwise the smaller may simply be the older.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { consistencyPath, rootsOfPath, rootsOfProof } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { refuted, type Refuted } from './convicted-log.ts';
import type { LogSource, SignedHead } from './log-source.ts';

type Head = Pick<SignedHead, 'size' | 'root' | 'at'>;
type Asked = Pick<LogSource, 'consistency' | 'entries'>;

type Judgement = { readonly outcome: 'proved'; readonly words: string } | Refuted;

/** `before` was seen first. `path`: from the size of the smaller to that of the larger; empty where there is none. */
export function judgeContradiction(before: Head, after: Head, path: readonly Uint8Array[]): Judgement {
  if (before.size === after.size)
    return equal(before.root, after.root)
      ? refuted('the two statements say the same')
      : proved(`it signed two different trees of ${before.size} entries`);
  const [smaller, larger] = before.size < after.size ? [before, after] : [after, before];
  if (beginsOtherwise(smaller, larger, path))
    return proved(
      `it signed a tree of ${smaller.size} entries, and one of ${larger.size} that begins with others`,
    );
  if (after === smaller && isLater(after, before))
    return proved(
      `it stated ${after.size} entries at ${isoTime(after)}, after it had stated ${before.size} at ${isoTime(before)}`,
    );
  return refuted(
    `it signed both, of ${before.size} and of ${after.size} entries, but nothing here shows that they cannot both be true: ` +
      'a log states less before it states more',
  );
}

/** The path that shows that the larger tree does not begin with the smaller; undefined when the log gives none. Asks it. */
export async function findContradictingPath(
  source: Asked,
  one: Head,
  other: Head,
): Promise<readonly Uint8Array[] | undefined> {
  const [smaller, larger] = one.size < other.size ? [one, other] : [other, one];
  if (smaller.size === 0n || smaller.size === larger.size) return undefined;
  const proof = await source.consistency(smaller.size, larger.size);
  const seed = isPerfect(smaller.size) ? [await firstSubtree(source, smaller.size, larger.size)] : [];
  const path = [...seed, ...proof].flatMap((hash) => hash ?? []);
  return beginsOtherwise(smaller, larger, path) ? path : undefined;
}

function beginsOtherwise(smaller: Head, larger: Head, path: readonly Uint8Array[]): boolean {
  const roots = rootsOfPath(smaller.size, larger.size, path);
  return roots !== undefined && equal(roots.newRoot, larger.root) && !equal(roots.oldRoot, smaller.root);
}

/** What the larger tree begins with, where the smaller is perfect: no proof between the two holds that, one from before does. */
async function firstSubtree(source: Asked, size: bigint, of: bigint): Promise<Uint8Array | undefined> {
  if (size <= 2n) {
    const range = CompactRange.empty();
    for (const { leaf } of await source.entries(0n, size, of)) range.append(leafHash(leaf));
    return range.size === size ? range.root() : undefined;
  }
  const proof = await source.consistency(size - 1n, of);
  const within = proof.slice(0, consistencyPath(size - 1n, size).length);
  return rootsOfProof(size - 1n, size, within)?.newRoot;
}

function isPerfect(size: bigint): boolean {
  return (size & (size - 1n)) === 0n;
}

function isLater({ at: one }: Head, { at: other }: Head): boolean {
  return one !== undefined && other !== undefined && one > other;
}

function isoTime({ at }: Head): string {
  return at?.toISOString() ?? '';
}

function proved(words: string): Judgement {
  return { outcome: 'proved', words };
}
