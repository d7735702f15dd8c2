/** What the entry itself shows, whoever signed before. */
import { isOfAThing, thingWatched, whoSigned, type Facts } from '../facts.ts';
import type { Verdict } from '../verdict.ts';
import { isSignature, said, type BuiltInRule } from './rule.ts';

export const entryRules: readonly BuiltInRule[] = [
  {
    name: 'untrusted-certificate',
    verdict: 'contradiction',
    about: 'never-hidden',
    applies: ({ trust }) => trust === 'untrusted',
    words: (facts) =>
      isOfAThing(facts)
        ? 'Its certificate was not issued by an authority we trust. Anyone could have written the name in it, so it does not say who signed.'
        : 'Its certificate was not issued by an authority we trust. Anyone could have written this name in it, so this is an attempt to look like you rather than a signature by you.',
  },
  {
    name: 'unreadable-entry',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: ({ trust }) => trust === 'unparsable',
    words: () => 'The entry does not read as any known form, but this name stands in its bytes.',
  },
  {
    name: 'certificate-not-used',
    verdict: 'notable',
    about: 'never-hidden',
    applies: ({ event, trust }) => event === 'issuance' && trust !== 'unparsable',
    words: () =>
      'A certificate was issued in this name, and no signature made with it is in the logs we follow.',
  },
  {
    name: 'disowned-before',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.disowned,
    words: () =>
      'An earlier signature in this name was answered with “This wasn’t me”. Until that answer is taken back, no signature passes for usual.',
  },
  {
    name: 'signed-while-frozen',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.frozen,
    words: () =>
      'Its owner had frozen the name when this was signed. Our authority issued nothing for it: another one did, or the freeze was not in force yet.',
  },
  {
    name: 'departed-member',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.departed,
    words: (facts) => `${said(whoSigned(facts))} belongs to somebody who has left your team.`,
  },
  {
    name: 'intent-missing',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.intent?.state === 'missing',
    words: () => 'Nobody announced it: you ask for an intent before each signature, and none fits this one.',
  },
  {
    name: 'intent-unused',
    verdict: 'notable',
    about: 'never-hidden',
    applies: ({ event }) => event === 'announcement',
    words: ({ intent }) =>
      intent?.state === 'unused'
        ? `You announced ${signatures(intent.wanted)} by intent ${intent.number}, and ${intent.used === 0 ? 'none' : intent.used} came in time.`
        : 'A signature was announced and did not come.',
  },
  {
    name: 'look-alike',
    verdict: 'notable',
    verdictOf: ofLookAlike,
    about: 'never-hidden',
    applies: (facts) => isLookAlike(facts) && !facts.nearName,
    words: (facts) =>
      `It was signed as ${said(facts.lookAlike)}, which is not ${said(facts.identity)} but looks like it.${whatOfYours(facts)}`,
  },
  {
    name: 'near-name',
    verdict: 'notable',
    verdictOf: ofLookAlike,
    about: 'never-hidden',
    applies: (facts) => isLookAlike(facts) && facts.nearName,
    words: (facts) =>
      `It was signed as ${said(facts.lookAlike)}, which is one slip away from ${said(facts.identity)}.${whatOfYours(facts)}`,
  },
  {
    name: 'watched-thing',
    verdict: 'unexpected',
    about: 'name',
    applies: (facts) => isSignature(facts) && isOfAThing(facts),
    words: (facts) =>
      facts.identityKind === 'digest'
        ? `You watch the file that was signed, whoever signs it: ${said(facts.identity)}.`
        : `You watch the ${thingWatched(facts)} it was signed with, whoever uses it: ${said(facts.identity)}.`,
  },
  {
    name: 'signed-by-others',
    verdict: 'notable',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.signedByOthers,
    words: () => 'The very same file had been signed before, in another name.',
  },
  {
    name: 'claimed-user-id',
    verdict: 'notable',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && facts.identityKind === 'pgp-user',
    words: () => claimedUserId,
  },
  {
    name: 'bare-key',
    verdict: 'notable',
    about: 'name',
    applies: (facts) => isSignature(facts) && facts.trust === 'none',
    words: () => 'It was signed with this key directly, without a certificate.',
  },
];

/** Said wherever a user id is shown as if it were somebody. */
const claimedUserId =
  'A user id is a claim: whoever makes a PGP key writes into it what they like, and nobody checked that it is theirs.';

function isLookAlike({ event, trust, lookAlike }: Facts): boolean {
  return event === 'signature' && trust !== 'untrusted' && lookAlike !== null;
}

/** Names that look alike are many, and most mean no harm; one that is put to what the watched name signed does. */
function ofLookAlike({ signsYours }: Facts): Verdict {
  return signsYours ? 'unexpected' : 'notable';
}

const whatOfYours = ({ signsYours, identity }: Facts): string =>
  signsYours
    ? ` What it signed is yours: ${said(identity)} signed the same file before, or a statement about the same package.`
    : '';

const signatures = (count: number): string => (count === 1 ? 'one signature' : `${count} signatures`);
