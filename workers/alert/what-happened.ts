/** What happened, as a heading and as a sentence: when, by whom as far as anybody vouches for it, and where it stands. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { bothSpellings } from '#lib/identity/both-spellings.ts';
import { asSpelled, signedAt, thingWatched, whoSigned, type Facts } from '#lib/rules/facts.ts';
import { signersNamed, whoDidIt } from './by-whom.ts';
import { whatDidNotCome, whatWasPromised } from './promised.ts';
import { isNameless, nameOf } from './subject.ts';
import { utc } from './utc.ts';

export function heading(facts: Facts): string {
  const { identity, identityKind, event, trust, lookAlike } = facts;
  const who = visibleText(nameOf(facts));
  if (trust === 'unparsable') return `An entry that does not read has ${who} in its bytes`;
  if (identityKind === 'package' && event === 'signature')
    return `A statement about ${visibleText(identity)} was signed`;
  if (isNameless(facts)) return `An entry has the ${thingWatched(facts)} ${who}`;
  if (lookAlike !== null) return `A file was signed in a name like ${who}`;
  if (trust === 'untrusted') return `Somebody tried to sign as ${who}`;
  if (event === 'announcement') return whatDidNotCome(facts, who);
  if (identityKind === 'pgp-user') return `A PGP key that calls itself ${who} signed`;
  return event === 'issuance' ? `A certificate was issued for ${who}` : `A file was signed as ${who}`;
}

export function whatHappened(facts: Facts): string {
  const { seenAt, event, identity, identityKind, logName, index, trust, digest } = facts;
  const when = utc(signedAt(facts));
  const signedAs = whoSigned(facts) ?? identity;
  const who = visibleText(bothSpellings(asSpelled(facts, signedAs)));
  const where = `entry ${index} of ${visibleText(logName)}`;
  if (event === 'announcement') return whatWasPromised(facts, who);
  if (trust === 'unparsable')
    return `Seen ${utc(seenAt)}: ${where} does not read as any known form, and has ${who} in its bytes. It may be a signature or a certificate in this name, or neither.`;
  if (identityKind === 'package' && event === 'signature')
    return `On ${when}, a statement about ${visibleText(identity)} was signed${byWhom(facts)}. It is ${where}.`;
  if (isNameless(facts))
    return `Seen ${utc(seenAt)}: ${where} has the ${thingWatched(facts)} ${who}, and names ${signersNamed(facts) ?? 'nobody'} as its ${signersNamed(facts) === undefined ? 'signer' : 'signers'}.`;
  if (trust === 'untrusted')
    return `Seen ${utc(seenAt)}: ${where} names ${who} as its signer, in a certificate that no trusted authority issued.`;
  if (event === 'issuance')
    return `On ${when}, ${whoDidIt(facts, signedAs)} was given a signing certificate (${where}).`;
  const file = digest === null ? 'a file' : `a file (${digest.slice(0, 12)}…)`;
  if (identityKind === 'pgp-user')
    return `On ${when}, ${file} was signed with a PGP key that calls itself ${who}. Nobody checked that: whoever makes a key writes its user id. It is ${where}.`;
  return trust === 'trusted'
    ? `On ${when}, ${whoDidIt(facts, signedAs)} signed ${file}. It is ${where}.`
    : `On ${when}, ${file} was signed as ${who}. It is ${where}.`;
}

function byWhom(facts: Facts): string {
  const { trust, signer } = facts;
  if (trust !== 'trusted') return ', by whom no trusted authority says';
  if (signer !== null) return ` by ${whoDidIt(facts, signer)}`;
  const together = signersNamed(facts);
  return together === undefined ? '' : ` by ${together}`;
}
