/**
 * Whether the witnesses a log's policy asks for have cosigned its head, and when. A log that shows us another tree than
 * everybody else needs a quorum of them to go along with it.
 */
import { cosignersOf } from '#lib/note/cosigners.ts';
import type { PolicyWitness, WitnessPolicy } from '#lib/note/witness-policy.ts';
import { SourceError } from '#lib/source/log-source.ts';

/** How far the clock of a witness may be ahead of ours. */
const skewSeconds = 300n;

/**
 * The latest time at which a quorum said that this is the largest tree they know; undefined without a quorum. Throws
 * SourceError `bad-signature` for a cosignature under a known key that does not verify (c2sp.org/signed-note: "MUST
 * reject the note").
 */
export function quorumTime(policy: WitnessPolicy, note: string, now: Date): Date | undefined {
  const until = BigInt(Math.floor(now.getTime() / 1000)) + skewSeconds;
  const newestFirst = cosignaturesOf(policy, note, until).sort((a, b) => Number(b.time - a.time));
  const cosigned = new Set<PolicyWitness>();
  for (const { witness, time } of newestFirst) {
    cosigned.add(witness);
    if (policy.isQuorum(cosigned)) return new Date(Number(time) * 1000);
  }
  // A policy that asks for nobody says nothing about time either.
  return policy.isQuorum(cosigned) ? new Date(0) : undefined;
}

interface Cosignature {
  readonly witness: PolicyWitness;
  readonly time: bigint;
}

function cosignaturesOf(policy: WitnessPolicy, note: string, until: bigint): Cosignature[] {
  return cosignersOf(policy, note, until).flatMap((cosigner) => {
    if (cosigner.state === 'bad')
      throw new SourceError('bad-signature', `the cosignature of ${cosigner.name} does not verify`);
    return cosigner.state === 'good' ? [cosigner] : [];
  });
}
