/** The subject of an alert: what was signed, as whom, and the first thing that is unusual about it. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { bothSpellings } from '#lib/identity/both-spellings.ts';
import { asSpelled, isOfAThing, thingWatched, whoSigned, type Facts } from '#lib/rules/facts.ts';
import type { Verdict } from '#lib/rules/verdict.ts';
import { partsIn } from './parts.ts';
import { reasonTitles } from './reason-titles.ts';
import type { AlertMail } from './render.ts';

export function alertSubject(mail: Pick<AlertMail, 'verdict' | 'reasons' | 'facts' | 'event'>): string {
  const { verdict, reasons, facts } = mail;
  const who = visibleText(nameOf(facts), 100);
  const detail = subjectDetail(reasons[0]?.rule, facts);
  const { count } = mail.event;
  const about = isOfPackage(facts) ? visibleText(asSpelled(facts, facts.identity), 100) : who;
  const what = isNameless(facts)
    ? `Unexpected signature with ${who}`
    : `${subjectOf(verdict, facts)} ${about}`;
  const which = detail === undefined ? what : `${what}: ${detail}`;
  return count > 1 ? `${which} (${count} ${partsIn(facts)})` : which;
}

/** The watched name where a name like it signed, as the words around it say; else who signed. */
export function nameOf(facts: Facts): string {
  const { signer, identity, lookAlike } = facts;
  return bothSpellings(asSpelled(facts, lookAlike === null ? (signer ?? identity) : identity));
}

/** What is watched is what a statement is about, whoever signs it. */
function isOfPackage({ identityKind, event, lookAlike }: Facts): boolean {
  return identityKind === 'package' && event === 'signature' && lookAlike === null;
}

/** Nothing in the entry says who signed. */
export function isNameless(facts: Facts): boolean {
  return isOfAThing(facts) && whoSigned(facts) === undefined;
}

function subjectOf(verdict: Verdict, facts: Facts): string {
  const { event, trust, lookAlike, identityKind } = facts;
  if (trust === 'unparsable') return 'Unreadable entry with';
  if (isOfPackage(facts)) return `${packageWords[trust === 'untrusted' ? trust : verdict]} about`;
  if (trust === 'untrusted') return 'Attempt to sign as';
  if (lookAlike !== null) return 'Signature in a name like';
  if (event === 'announcement') return 'Announced and not signed:';
  if (event === 'issuance') return 'Certificate issued for';
  if (identityKind === 'pgp-user') return 'Signature by a PGP key that calls itself';
  return {
    expected: 'Expected signature as',
    notable: 'Signature as',
    unexpected: 'Unexpected signature as',
    contradiction: 'Contradictory signature as',
  }[verdict];
}

const packageWords = {
  untrusted: 'Attempt to sign a statement',
  expected: 'Expected statement',
  notable: 'Statement',
  unexpected: 'Unexpected statement',
  contradiction: 'Contradictory statement',
} as const;

function subjectDetail(rule: string | undefined, facts: Facts): string | undefined {
  switch (rule) {
    case 'first-issuer':
      return `new login provider ${visibleText(facts.issuer ?? 'unknown', 80)}`;
    case 'first-repository':
      return `new repository ${visibleText(asSpelled(facts, facts.source ?? 'unknown'), 80)}`;
    case 'watched-thing':
      return facts.identityKind === 'digest' ? 'a file you watch' : `with a ${thingWatched(facts)} you watch`;
    case 'look-alike':
      return `look-alike ${visibleText(asSpelled(facts, facts.lookAlike ?? 'unknown'), 80)}`;
    default:
      return rule === undefined || plain.has(rule) ? undefined : reasonTitles[rule];
  }
}

/** What the words before say already, or need not be said. */
const plain: ReadonlySet<string> = new Set([
  'near-name',
  'bare-key',
  'intent-unused',
  'claimed-user-id',
  'announced',
  'owner-rule',
  'watched-identity',
]);
