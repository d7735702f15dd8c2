/** Many alerts of one watch in one letter: how many, of which kind, between which entries. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Verdict } from '#lib/rules/verdict.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { alertHeaders, utc, type RenderedMail } from './render.ts';

export interface Summary {
  readonly identity: string;
  readonly from: string;
  readonly until: string;
  readonly counts: readonly { verdict: Verdict; count: number; first: string; last: string }[];
  readonly stopToken: string;
  readonly webUrl: string;
}

const names: Readonly<Record<Verdict, string>> = {
  expected: 'Expected',
  notable: 'Like earlier ones',
  unexpected: 'Unexpected',
  contradiction: 'Without a trusted certificate',
};

export async function renderSummary(summary: Summary): Promise<RenderedMail> {
  const { identity, from, until, counts, stopToken, webUrl } = summary;
  const who = visibleText(identity, 100);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const stop = `${webUrl}/watch/stop?token=${stopToken}`;
  const letter = await renderLetter({
    preheader: `Between ${utc(from)} and ${utc(until)}`,
    heading: `${total} log entries name ${who}`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Between ${utc(from)} and ${utc(until)} there were ${total} entries in this name. Those we did not tell you of one by one we tell you of here; none is left out of the count.`,
      },
      {
        kind: 'facts',
        rows: counts.map(({ verdict, count, first, last }) => ({
          label: names[verdict],
          value: `${count}, from ${utc(first)} to ${utc(last)}`,
        })),
      },
      {
        kind: 'link',
        label: 'See them all, one by one',
        url: `${webUrl}/watch/told?token=${stopToken}&until=${encodeURIComponent(until)}`,
      },
      {
        kind: 'small',
        text: `You get this mail since ${who} is watched with this address.`,
        link: { label: 'Stop watching', url: stop },
      },
    ],
  });
  return {
    subject: `${total} log entries as ${who} in one hour`,
    ...letter,
    headers: alertHeaders(webUrl, stop),
  };
}
