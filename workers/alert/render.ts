/**
 * An alert as a letter: what was signed, as whom, why this mail, then the facts to decide by, then two answers of the
 * same weight. Facts are a stranger's words; lib/server/mail/letter shows them as inert text.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Reason, Verdict } from '#lib/rules/verdict.ts';
import {
  asSpelled,
  isOfAThing,
  onlyClaims,
  signedAt,
  thingWatched,
  whoSigned,
  type Facts,
} from '#lib/rules/facts.ts';
import { renderLetter, type Block, type Letter } from '#lib/server/mail/letter.tsx';
import { promisedRows, whatDidNotCome, whatNext, whatWasPromised } from './promised.ts';
import { signersNamed, whoDidIt } from './by-whom.ts';
import { utc } from './utc.ts';
import { standsAlone } from './group.ts';
import { reasonTitles } from './reason-titles.ts';

export interface AlertMail {
  readonly alertId: string;
  /** The secret of the answer links; only its digest is stored. */
  readonly token: string;
  /** Why it comes, and the way to end that. */
  readonly footer: { readonly text: string; readonly label: string; readonly url: string };
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly facts: Facts;
  /** All that this mail tells of: `facts` are those of the first. */
  readonly event: { readonly count: number; readonly first: string; readonly last: string };
  /** Every watch of the reader that it matched. */
  readonly watches?: readonly MatchedWatch[] | undefined;
  readonly webUrl: string;
}

/** What one watch made of it. */
export interface MatchedWatch {
  readonly kind: string;
  readonly value: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly alertId: string;
  /** Of the link to its own page; undefined where the mail has no right to that. */
  readonly token?: string | undefined;
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function renderAlert(mail: AlertMail): Promise<RenderedMail> {
  return {
    subject: alertSubject(mail),
    ...(await renderLetter(alertLetter(mail))),
    headers: alertHeaders(mail.webUrl, mail.footer.url),
  };
}

/** Of mail to the address that watches: one link stops every watch that the mail is about. */
export function watchFooter(
  webUrl: string,
  watches: readonly { readonly value: string; readonly stopToken: string }[],
): AlertMail['footer'] {
  const tokens = watches.map(({ stopToken }) => `token=${stopToken}`).join('&');
  const [first] = watches;
  const what =
    watches.length === 1
      ? `${visibleText(first?.value ?? '')} is watched`
      : `it matched ${watches.length} things that are watched`;
  return {
    text: `You get this mail since ${what} with this address.`,
    label: watches.length === 1 ? 'Stop watching' : 'Stop watching them',
    url: `${webUrl}/watch/stop?${tokens}`,
  };
}

export function alertHeaders(webUrl: string, stop: string): Record<string, string> {
  return {
    'List-Id': `Sigwatch alerts <alerts.${new URL(webUrl).hostname}>`,
    'List-Unsubscribe': `<${stop}>`,
    // RFC 8058 §3.1: app/watch/stop answers the POST of the mail program.
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

export function alertSubject(mail: Pick<AlertMail, 'verdict' | 'reasons' | 'facts' | 'event'>): string {
  const { verdict, reasons, facts } = mail;
  const who = visibleText(nameOf(facts), 100);
  const detail = subjectDetail(reasons[0]?.rule, facts);
  const { count } = mail.event;
  const kind = facts.event === 'announcement' ? 'announcements' : 'signatures';
  const about = isOfPackage(facts) ? visibleText(asSpelled(facts, facts.identity), 100) : who;
  const what = isNameless(facts)
    ? `Unexpected signature with ${who}`
    : `${subjectOf(verdict, facts)} ${about}`;
  const which = detail === undefined ? what : `${what}: ${detail}`;
  return count > 1 ? `${which} (${count} ${kind})` : which;
}

/** The watched name where a name like it signed, as the words around it say; else who signed. */
function nameOf(facts: Facts): string {
  const { signer, identity, lookAlike } = facts;
  return asSpelled(facts, lookAlike === null ? (signer ?? identity) : identity);
}

/** What is watched is what a statement is about, whoever signs it. */
function isOfPackage({ identityKind, event, lookAlike }: Facts): boolean {
  return identityKind === 'package' && event === 'signature' && lookAlike === null;
}

/** Nothing in the entry says who signed. */
function isNameless(facts: Facts): boolean {
  return isOfAThing(facts) && whoSigned(facts) === undefined;
}

/** One message for many: queue-mails.ts keeps what is said here. */
const whatFollows =
  'More of the same within the hour is counted on the page of this alert, and no further message is sent of it.';

export function sentenceOfEvent(mail: Pick<AlertMail, 'facts' | 'event'>): string {
  const { count, first, last } = mail.event;
  const kind = mail.facts.event === 'announcement' ? 'announcements' : 'signatures';
  return `${count} ${kind} so far for this reason, the first on ${utc(first)}, the latest on ${utc(last)}. Below is one of them. ${whatFollows}`;
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

function alertLetter(mail: AlertMail): Letter {
  const { alertId, token, facts, reasons, webUrl, footer } = mail;
  const page = `${webUrl}/alert/${alertId}`;
  const secret = `?token=${token}`;
  const [why = ''] = reasons.map(({ words }) => words);
  return {
    preheader: why,
    heading: heading(facts),
    blocks: [
      { kind: 'paragraph', text: whatHappened(facts) },
      { kind: 'paragraph', text: `Why you get this: ${reasons.map(({ words }) => words).join(' ')}` },
      ...(mail.event.count > 1
        ? [
            { kind: 'paragraph' as const, text: sentenceOfEvent(mail) },
            { kind: 'link' as const, label: 'All of them, one by one', url: `${page}/event${secret}` },
          ]
        : []),
      ...matchedBlocks(mail),
      { kind: 'facts', rows: factRows(facts) },
      ...answerBlocks(mail, page, secret),
      ...(facts.event !== 'signature' || mail.event.count > 1 || standsAlone(mail)
        ? []
        : [{ kind: 'paragraph' as const, text: whatFollows }]),
      {
        kind: 'small',
        text: footer.text,
        link: { label: footer.label, url: footer.url },
      },
    ],
  };
}

/** Of a promise that nothing came of nobody can say that it was them, and there is no entry to look at. */
function answerBlocks({ facts, webUrl }: AlertMail, page: string, secret: string): Block[] {
  const [mine, notMine, details] = [`${page}/mine${secret}`, `${page}/not-mine${secret}`, page + secret];
  if (facts.event === 'announcement')
    return [
      { kind: 'paragraph', text: whatNext },
      {
        kind: 'buttons',
        buttons: [
          { label: 'It is settled', url: mine },
          { label: 'We did not announce this', url: notMine },
        ],
      },
      { kind: 'link', label: 'Not sure? Show details', url: details },
    ];
  return [
    {
      kind: 'buttons',
      buttons: [
        { label: 'This was me', url: mine },
        { label: 'This wasn’t me', url: notMine },
      ],
    },
    { kind: 'link', label: 'Not sure? Show details', url: details },
    checkYourself(facts, webUrl),
  ];
}

/** Which watches it matched, where that is more than one, and what each has to say of it. */
function matchedBlocks({ watches = [], webUrl }: AlertMail): Block[] {
  if (watches.length < 2) return [];
  const links = watches.flatMap(({ value, alertId, token }): Block[] =>
    token === undefined
      ? []
      : [
          {
            kind: 'link',
            label: `What your watch of ${visibleText(value, 80)} says, and its settings`,
            url: `${webUrl}/alert/${alertId}?token=${token}`,
          },
        ],
  );
  return [
    {
      kind: 'paragraph',
      text: `It matched ${watches.length} of your watches; one answer is for all of them.`,
    },
    {
      kind: 'facts',
      rows: watches.map(({ kind, value, reasons }, at) => ({
        label: `${at + 1}. ${kindWords[kind] ?? kind}`,
        value: `${visibleText(value, 120)}: ${reasons[0]?.words ?? ''}`,
        isOurs: true,
      })),
    },
    ...links,
  ];
}

const kindWords: Readonly<Record<string, string>> = {
  email: 'Address',
  uri: 'Name',
  'uri-prefix': 'Names that begin with',
  'uri-pattern': 'Names like',
  username: 'User name',
  repository: 'Repository',
  organisation: 'Organisation',
  workflow: 'Workflow',
  domain: 'Domain',
  digest: 'File',
  package: 'Package',
  certificate: 'Certificate',
  key: 'Key',
  'pgp-key': 'Key',
  'pgp-user': 'PGP user id',
  'minisign-key': 'Key',
  'issuer-subject': 'Login',
};

function checkYourself({ logId, index }: Facts, webUrl: string): Block {
  return {
    kind: 'paragraph',
    text: `To check without clicking, open ${webUrl} yourself and type ${logId}/${index}. We never ask for a password.`,
  };
}

function heading(facts: Facts): string {
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

function spelledOr(facts: Facts, name: string | null | undefined): string | undefined {
  return name === null || name === undefined ? undefined : asSpelled(facts, name);
}

function byWhom(facts: Facts): string {
  const { trust, signer } = facts;
  if (trust !== 'trusted') return ', by whom no trusted authority says';
  if (signer !== null) return ` by ${whoDidIt(facts, signer)}`;
  const together = signersNamed(facts);
  return together === undefined ? '' : ` by ${together}`;
}

export function whatHappened(facts: Facts): string {
  const { seenAt, event, identity, identityKind, logName, index, trust, digest } = facts;
  const when = utc(signedAt(facts));
  const signedAs = whoSigned(facts) ?? identity;
  const who = visibleText(asSpelled(facts, signedAs));
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

export function factRows(facts: Facts): { label: string; value: string }[] {
  if (facts.event === 'announcement') return promisedRows(facts);
  const { certificate: given, claims } = facts;
  const claimed = onlyClaims(facts);
  const rows: [string, string | null | undefined][] = [
    ...watchedRows(facts),
    [
      facts.identityKind === 'pgp-user' ? 'User id that the key claims' : 'Signed as',
      spelledOr(facts, whoSigned(facts)),
    ],
    ['Signed by', signersNamed(facts)],
    [claimed ? 'Claims the login of' : 'Login provider', facts.issuer],
    [claimed ? 'Claims the repository' : 'Repository', spelledOr(facts, facts.source)],
    ['Workflow', claims['buildConfigUri'] ?? claims['githubWorkflowName']],
    ['Ref', claims['sourceRepositoryRef'] ?? claims['githubWorkflowRef']],
    ['Trigger', claims['buildTrigger'] ?? claims['githubWorkflowTrigger']],
    ['Run', claims['runInvocationUri']],
    ['Runner', claims['runnerEnvironment']],
    [digestLabel(facts.digestAlgorithm), facts.digest],
    [claimed ? 'Certificate claims to be of' : 'Certificate issued', given && utc(given.notBefore)],
    ['Certificate serial', given?.serial],
    ['Entry seen', utc(facts.seenAt)],
    ['Entry number', facts.index],
    ['Log', `${facts.logName} (${facts.logId})`],
  ];
  return rows.flatMap(([label, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ label, value }],
  );
}

const labels: Readonly<Record<string, string>> = {
  package: 'Package',
  digest: 'Watched file',
  certificate: 'Watched certificate',
  key: 'Watched key',
};

/** What was watched, where that is no name of who signed. */
function watchedRows(facts: Facts): [string, string][] {
  const label = labels[facts.identityKind];
  return label === undefined || whoSigned(facts) === facts.identity ? [] : [[label, facts.identity]];
}

function digestLabel(algorithm: string | null): string {
  return `Digest of the file (${(algorithm ?? 'unknown').replace(/^SHA2_/, 'SHA-')})`;
}
