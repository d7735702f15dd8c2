/** What was never seen before. The gravest of these is said alone: a new provider makes everything behind it new. */
import { isMachine } from '../history.ts';
import { isSignature, said, some, type BuiltInRule } from './rule.ts';
import { whoSigned, isOfAThing, type Facts } from '../facts.ts';

export const firstRules: readonly BuiltInRule[] = [
  {
    name: 'first-signature',
    verdict: 'unexpected',
    about: 'name',
    applies: (facts) =>
      isSignature(facts) && facts.firstForIdentity && !(isOfAThing(facts) && whoSigned(facts) === undefined),
    words: () => 'This is the first signature in this name that we have seen.',
  },
  {
    name: 'first-issuer',
    verdict: 'unexpected',
    about: 'issuer',
    applies: (facts) => isSignature(facts) && !facts.firstForIdentity && facts.firstForIssuer,
    words: () => 'Earlier signatures in this name were vouched for by another login provider.',
  },
  {
    name: 'first-repository',
    verdict: 'unexpected',
    about: 'source',
    applies: (facts) =>
      isSignature(facts) &&
      facts.source !== null &&
      !facts.firstForIdentity &&
      !facts.firstForIssuer &&
      facts.firstForSource,
    words: () => 'This is the first signature in this name from this repository.',
  },
  {
    name: 'repository-not-proven',
    verdict: 'contradiction',
    about: 'never-hidden',
    applies: (facts) => unprovenIds(facts).length > 0,
    words: (facts) =>
      `It is not the repository you proved to be yours: ${unprovenIds(facts).join(', ')}. Somebody else has the name, or wants it to look so. Your proof is contested by this and not ended: you can freeze the name. If you made the repository anew, withdraw the proof and prove it again.`,
  },
  {
    name: 'repository-id-changed',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => unprovenIds(facts).length === 0 && changedIds(facts).length > 0,
    words: (facts) =>
      `The repository has the name you know but is another one: ${changedIds(facts).join(', ')}. A name that was given up can be taken by anybody.`,
  },
  {
    name: 'person-for-machine',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => departsFromKind(facts) === 'person',
    words: ({ usual }) =>
      `All ${usual?.signatures ?? 0} earlier signatures came from a build; a person made this one.`,
  },
  {
    name: 'machine-for-person',
    verdict: 'unexpected',
    about: 'source',
    applies: (facts) => departsFromKind(facts) === 'machine',
    words: ({ usual }) =>
      `All ${usual?.signatures ?? 0} earlier signatures were made by a person; a build made this one.`,
  },
];

/** Of those that were proven, which this one has not. */
function unprovenIds(facts: Facts): string[] {
  const { proven, claims } = facts;
  if (!isSignature(facts) || proven === null) return [];
  const pairs: [string, string | null, string | undefined][] = [
    ['repository', proven.repositoryId, claims['sourceRepositoryIdentifier']],
    ['owner', proven.ownerId, claims['sourceRepositoryOwnerIdentifier']],
  ];
  return pairs.flatMap(([what, known, now]) =>
    now === undefined || known === null || known === now
      ? []
      : [`${what} number ${said(now)} instead of ${said(known)}`],
  );
}

/** Numbers that a repository and its owner keep for life, where the name is the same and they are not. */
function changedIds(facts: Facts): string[] {
  const { usual, claims } = facts;
  if (!isSignature(facts) || usual === null) return [];
  const pairs: [string, readonly string[], string | undefined][] = [
    ['repository', usual.repositoryIds, claims['sourceRepositoryIdentifier']],
    ['owner', usual.ownerIds, claims['sourceRepositoryOwnerIdentifier']],
  ];
  return pairs.flatMap(([what, known, now]) =>
    now === undefined || known.length === 0 || known[0] === now
      ? []
      : [`${what} number ${said(now)} instead of ${some(known.filter((id) => id !== now))}`],
  );
}

const habit = 3;

function departsFromKind(facts: Facts): 'person' | 'machine' | undefined {
  const { usual, claims, source } = facts;
  // A key says nothing of who held it.
  if (!isSignature(facts) || facts.trust === 'none' || usual === null || usual.signatures < habit)
    return undefined;
  const now = isMachine({ source: source ?? '', claims });
  if (now && usual.machines === 0) return 'machine';
  return !now && usual.machines === usual.signatures ? 'person' : undefined;
}
