/** Many alerts of one watch in one letter: how many, of which kind, between which entries. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Verdict } from '#lib/rules/verdict.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { alertHeaders, footerBlock, watchFooter, type RenderedMail } from './footer.ts';
import { utc } from './utc.ts';
import { reasonTitles } from './reason-titles.ts';

export interface Summary {
  readonly identity: string;
  readonly from: string;
  readonly until: string;
  readonly counts: readonly { verdict: Verdict; count: number; first: string; last: string }[];
  /** Every reason of every alert, most frequent first. */
  readonly reasons: readonly { rule: string; count: number }[];
  readonly stopToken: string;
  /** Of the watch, for who may set it. */
  readonly settings: string | undefined;
  readonly webUrl: string;
}

const names: Readonly<Record<Verdict, string>> = {
  expected: 'Expected',
  notable: 'Notable',
  unexpected: 'Unexpected',
  contradiction: 'Contradictions',
};

export async function renderSummary(summary: Summary): Promise<RenderedMail> {
  const { identity, from, until, counts, reasons, stopToken, settings, webUrl } = summary;
  const footer = watchFooter(webUrl, [{ value: identity, stopToken, settings }]);
  const who = visibleText(identity, 100);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  // An announcement that nothing came of is in no log.
  const ofLog = !reasons.some(({ rule }) => rule === 'intent-unused');
  const [one, many] = ofLog ? ['log entry', 'log entries'] : ['event', 'events'];
  const entries = `${total} ${total === 1 ? one : many}`;
  const letter = await renderLetter({
    preheader: `Between ${utc(from)} and ${utc(until)}`,
    heading: `${entries} ${total === 1 ? 'names' : 'name'} ${who}`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Between ${utc(from)} and ${utc(until)} there ${total === 1 ? 'was' : 'were'} ${entries} in this name. Those we did not tell you of one by one we tell you of here; none is left out of the count.`,
      },
      {
        kind: 'facts',
        rows: counts.map(({ verdict, count, first, last }) => ({
          label: names[verdict],
          value: `${count}, from ${utc(first)} to ${utc(last)}`,
        })),
      },
      { kind: 'paragraph', text: `Why: ${reasons.map(reasonLine).join('; ')}.` },
      {
        kind: 'link',
        label: 'See them all, one by one',
        url: `${webUrl}/watch/told?token=${stopToken}&until=${encodeURIComponent(until)}`,
      },
      footerBlock(footer, webUrl),
    ],
  });
  return {
    subject: `${entries} as ${who} in one hour`,
    ...letter,
    headers: alertHeaders(webUrl, footer.oneClick),
  };
}

function reasonLine({ rule, count }: Summary['reasons'][number]): string {
  return `${reasonTitles[rule] ?? rule}: ${count}`;
}
