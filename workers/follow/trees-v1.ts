/**
 * The trees of a Rekor v1 log: each is followed as a log of its own, so that a new one is read from its first entry and an
 * old one to its last. Asked for again and again, since the log says of no rotation beforehand.
 */
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { openNote } from '#lib/note/signed-note.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { listTrees } from '#lib/source/rekor-v1.ts';
import { logName } from './log-name.ts';
import type { Listing } from './registry.ts';

/** A Rekor v1 log as the trust root lists it: one address, its keys, trees unknown. */
export interface RekorV1Listing {
  readonly url: string;
  /** One for all trees, or one for each. */
  readonly publicKeys: readonly Uint8Array[];
  readonly startAt: 'beginning' | 'now';
  /** Somebody asked for it: what it held before is history. */
  readonly isAdded: boolean;
  /** What a person calls it. */
  readonly name?: string | undefined;
  readonly freshWithinMs?: number | undefined;
}

/** Throws SourceError when the log does not answer, NoteError when a tree is not signed by its key. */
export async function discoverTrees(fetch: FetchBytes, log: RekorV1Listing): Promise<Listing[]> {
  const { hostname } = new URL(log.url);
  const keys = new Map(log.publicKeys.map((key) => [logVerifier(hostname, key), key]));
  const trees = await listTrees(fetch);
  return trees.flatMap(({ treeId, head, isActive }) => {
    // A tree is believed to be of this log for its signature, not for being listed.
    const { text, verifiedBy } = openNote(head, [...keys.keys()]);
    const { origin } = parseCheckpoint(text);
    const publicKey = verifiedBy[0] && keys.get(verifiedBy[0]);
    if (publicKey === undefined) return [];
    return {
      ended: !isActive,
      family: log.isAdded ? log.url : '',
      log: {
        id: `rekor1-${BigInt(treeId).toString(16)}`,
        kind: 'rekor-v1',
        dialect: 'rekor-v1',
        name: log.name ?? logName('rekor-v1', log.url),
        url: log.url,
        origin,
        publicKey,
        startAt: log.startAt,
        witnessPolicy: undefined,
        // A tree that takes no more entries states nothing new.
        freshWithinMs: isActive ? log.freshWithinMs : undefined,
      },
    };
  });
}
