/** Whose signature is it, in the words of the policy? One answer for one person, by whatever name they signed. */
import { equal } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { matchesText } from '#lib/verify/text-pattern.ts';
import type { Signer, VerifiedSignature } from '#lib/verify/verification.ts';
import { unmetCondition } from './check-conditions.ts';
import { countingKey } from './counting-key.ts';
import type { Submission } from './submission.ts';
import type { Members, Person, Policy } from './policy.ts';
import { keyCountingKey } from './resolve-policy.ts';

export type Identified =
  | {
      readonly outcome: 'identified';
      readonly submission: Submission;
      readonly signature: VerifiedSignature;
      /** The name of a person, or what a stranger is counted under. */
      readonly who: string;
      /** Whose credential it is: undefined for one that is nobody's, even when the name is somebody's. */
      readonly person: Person | undefined;
      /** The name is somebody's and the credential is not. */
      readonly isAnotherWay: boolean;
    }
  | {
      readonly outcome: 'refused';
      readonly submission: Submission;
      readonly code: string;
      readonly reason: string;
    };

export function identifyPerson(policy: Policy, submission: Submission, now: Date): Identified {
  const { verification } = submission;
  const refused = (code: string, reason: string): Identified => ({
    outcome: 'refused',
    submission,
    code,
    reason,
  });
  if (verification.verdict === 'unreadable') return refused(verification.code, verification.reason);
  if (verification.verdict === 'refused') {
    return refused(verification.failure.code, verification.failure.reason);
  }
  const { signature } = verification;
  const unmet = policy.accept && unmetCondition(policy.accept, signature, now);
  if (unmet !== undefined) return refused('condition-unmet', unmet);
  const key = countingKeyOf(signature.signer);
  if (key === undefined) return refused('identity-not-plain', 'the identity could pass for another one');
  const owners = policy.people.filter((person) => hasCredential(person, signature.signer));
  if (owners.length > 1) {
    return refused('several-people', `it fits ${owners.map(({ name }) => name).join(' and ')}`);
  }
  const [person] = owners;
  const lookalikes = policy.people.filter((one) => looksLike(policy, one, signature.signer, key));
  if (lookalikes.length > 1) {
    return refused('several-people', `it fits ${lookalikes.map(({ name }) => name).join(' and ')}`);
  }
  const [named] = lookalikes;
  // A name that belongs to one person and a credential that fits another: nobody can say whose it is.
  if (named !== undefined && person !== undefined && named !== person) {
    return refused('several-people', `it fits ${named.name} and ${person.name}`);
  }
  const who = person?.name ?? named?.name ?? visibleText(key);
  const isAnotherWay = named !== undefined && person === undefined;
  return { outcome: 'identified', submission, signature, who, person, isAnotherWay };
}

function countingKeyOf(signer: Signer): string | undefined {
  return signer.kind === 'key'
    ? keyCountingKey(signer.key)
    : countingKey(signer.identityKind, signer.identity);
}

function hasCredential(person: Person, signer: Signer): boolean {
  return person.credentials.some((credential) => {
    if (credential.kind === 'key') return signer.kind === 'key' && equal(credential.spki, signer.key);
    return (
      signer.kind === 'certificate' &&
      matchesText(credential.identity, signer.identity) &&
      matchesText(credential.issuer, signer.issuer)
    );
  });
}

/** By name alone, whoever vouched and however it is written: enough to be the same person, not to be let in. */
function looksLike({ personOf }: Policy, person: Person, signer: Signer, key: string): boolean {
  if (personOf.get(key) === person) return true;
  if (signer.kind === 'key') return false;
  const normal = key.slice(key.indexOf(':') + 1);
  return person.credentials.some((credential) => {
    if (credential.kind === 'key' || credential.identity.kind !== 'glob') return false;
    const anyRef = {
      kind: 'glob',
      glob: credential.identity.glob.toLowerCase().replace(/@refs\/.*$/s, ''),
    } as const;
    return matchesText(credential.identity, signer.identity) || matchesText(anyRef, normal);
  });
}

export function isMember(
  members: Members,
  { person, signature }: Extract<Identified, { outcome: 'identified' }>,
) {
  if (person !== undefined && members.people.has(person)) return true;
  const { signer } = signature;
  if (signer.kind !== 'certificate') return false;
  return members.open.some(
    ({ identity, issuer }) => matchesText(identity, signer.identity) && matchesText(issuer, signer.issuer),
  );
}
