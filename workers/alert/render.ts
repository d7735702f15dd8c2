/**
 * An alert as a letter: what was signed, as whom, why this mail, then the facts to decide by, then two answers of the
 * same weight. Facts are a stranger's words; lib/server/mail/letter shows them as inert text.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Facts } from '#lib/rules/facts.ts';
import type { Reason, Verdict } from '#lib/rules/verdict.ts';
import { renderLetter, type Block, type Letter } from '#lib/server/mail/letter.tsx';
import { factRows } from './fact-rows.ts';
import { alertHeaders, footerBlock, type Footer, type RenderedMail } from './footer.ts';
import { standsAlone } from './group.ts';
import { partsIn } from './parts.ts';
import { whatNext } from './promised.ts';
import { alertSubject } from './subject.ts';
import { utc } from './utc.ts';
import { heading, whatHappened } from './what-happened.ts';

export interface AlertMail {
  readonly alertId: string;
  /** The secret of the answer links; only its digest is stored. */
  readonly token: string;
  readonly footer: Footer;
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

export async function renderAlert(mail: AlertMail): Promise<RenderedMail> {
  return {
    subject: alertSubject(mail),
    ...(await renderLetter(alertLetter(mail))),
    headers: alertHeaders(mail.webUrl, mail.footer.oneClick),
  };
}

/** One message for many: queue-mails.ts keeps what is said here. */
const whatFollows =
  'More of the same within the hour is counted on the page of this alert, and no further message is sent of it.';

export function sentenceOfEvent(mail: Pick<AlertMail, 'facts' | 'event'>): string {
  const { count, first, last } = mail.event;
  return `${count} ${partsIn(mail.facts)} so far for this reason, the first on ${utc(first)}, the latest on ${utc(last)}. Below is one of them. ${whatFollows}`;
}

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
      footerBlock(footer, webUrl),
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
