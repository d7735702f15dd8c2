/** What a log served and had not signed, as a document that stands without us: what it says, and how to see that it is so. */
import { toBase64 } from '#lib/encoding/base64.ts';
import type { FollowedLog } from './followed-log.ts';
import type { Incident } from './incidents.ts';

/** Of entries; nearly all have one or two kilobytes, and a log may serve what it likes. */
const mostBytes = 1024 * 1024;

const howToCheck = [
  'Everything in base64 is bytes. A tree of n entries has a subtree root for each bit set in n, largest first.',
  '1. The signature of checkpoint is by publicKey. It states a size and a root.',
  '2. subtrees are the tree of the first firstIndex entries; by proofBefore (RFC 9162 section 2.1.4.2, from firstIndex to the stated size) the stated tree begins with it.',
  '3. proofAfter, from firstIndex plus the number of entries to the stated size, leads by itself to the stated root and to the root that this smaller tree must have. At the stated size itself, that is the stated root.',
  '4. subtrees with SHA-256(0x00, entry) of each of entries appended (RFC 9162 section 2.1.1) have another root. So the first entry served is not the one that was signed.',
];

/** Undefined when there is none, or more of it than is kept. */
export function servedEvidence(
  { name, url, origin, publicKey }: FollowedLog,
  { served, after }: Pick<Incident, 'served' | 'after'>,
): string | undefined {
  if (served === undefined || after === undefined) return undefined;
  if (served.entries.reduce((sum, { length }) => sum + length, 0) > mostBytes) return undefined;
  return JSON.stringify(
    {
      kind: 'sigwatch-wrong-bytes',
      howToCheck,
      log: { name, url, origin, publicKey: toBase64(publicKey) },
      checkpoint: after,
      firstIndex: String(served.firstIndex),
      subtrees: served.subtrees.map(toBase64),
      proofBefore: served.proofBefore.map(toBase64),
      entries: served.entries.map(toBase64),
      proofAfter: served.proofAfter.map(toBase64),
    },
    undefined,
    2,
  );
}
