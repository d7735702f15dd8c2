/** An alert in few words, for channels that show it to people: every stranger's word is inert before it comes here. */
import { asSpelled } from '#lib/rules/facts.ts';
import { visibleSentence, visibleText } from '#lib/encoding/visible-text.ts';
import { keptInOrder } from '#lib/identity/directional-parts.ts';
import { factRows } from '../fact-rows.ts';
import { sentenceOfEvent } from '../render.ts';
import { alertSubject } from '../subject.ts';
import type { News } from '../news.ts';
import type { Notice, ToldAlert } from './channel.ts';

export interface Card {
  readonly title: string;
  readonly lines: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly grave: boolean;
}

/** More than anybody reads in a chat; the page has all of them. */
const mostFacts = 9;

export function cardOf({ alert, news, occasion, webUrl }: Notice): Card {
  if (news !== undefined) return cardOfNews(news);
  if (alert === undefined)
    return {
      title: 'A test from Sigwatch',
      lines: ['Nothing was signed.'],
      facts: [],
      links: [],
      grave: false,
    };
  const { reasons, facts, verdict } = alert;
  const rows = factRows(facts).slice(0, mostFacts);
  return {
    title: keptInOrder(withoutAddress(titleOf(occasion, alert))),
    lines: [
      ...(alert.answer === undefined ? [] : [answerSentence(alert.answer)]),
      ...(alert.event.count > 1 ? [sentenceOfEvent(alert)] : []),
      ...reasons.map(({ words }) => words),
      ...(alert.watches.length < 2
        ? []
        : [
            `It matched ${alert.watches.length} watches: ${alert.watches.map(({ value }) => visibleText(asSpelled(facts, value), 80)).join(', ')}.`,
          ]),
    ].map((line) => keptInOrder(visibleSentence(line, 600))),
    facts: rows.map(({ label, value }) => ({ label, value: keptInOrder(visibleText(value)) })),
    links: linksOf(alert, webUrl),
    grave: verdict === 'unexpected' || verdict === 'contradiction',
  };
}

/** Says what it is first, so that nobody takes it for a signature. */
function cardOfNews({ type, title, text, since, url }: News): Card {
  const about = type === 'log.incident' ? 'About a log' : 'About our service';
  return {
    title: withoutAddress(`${about}, no signature: ${visibleText(title, 200)}`),
    lines: [visibleText(text, 600), `Since ${since}.`],
    facts: [],
    links: [{ label: 'How the logs are', url }],
    grave: false,
  };
}

function titleOf(occasion: Notice['occasion'], alert: ToldAlert): string {
  const subject = alertSubject(alert);
  if (occasion === 'answer') return `Answered: ${subject}`;
  return occasion === 'unanswered' ? `Nobody has answered: ${subject}` : subject;
}

const answers: Readonly<Record<string, string>> = {
  mine: 'This was me',
  'not-mine': 'This wasn’t me',
  acknowledged: 'Seen, looking into it',
  resolved: 'Closed',
  reopened: 'Open again',
};

function answerSentence({ answer, by, at }: { answer: string; by: string; at: string }): string {
  return `${answers[answer] ?? 'Open again'}, said ${by} at ${at}.`;
}

/** Where to look and where to answer; neither holds a secret, for whoever reads the channel is not known. */
function linksOf({ id, facts }: ToldAlert, webUrl: string): Card['links'] {
  const entry = { label: 'The entry and its proof', url: entryUrl(webUrl, facts.logId, facts.index) };
  const alert = { label: 'Answer it', url: `${webUrl}/alerts/${id}` };
  return facts.event === 'announcement' ? [alert] : [alert, entry];
}

export function entryUrl(webUrl: string, logId: string, index: string): string {
  return `${webUrl}/e/${encodeURIComponent(logId)}/${index}`;
}

/** Chats make links of addresses wherever they stand. */
function withoutAddress(text: string): string {
  return text.replaceAll('://', '[:]//');
}
