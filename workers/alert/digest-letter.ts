/** The digest of one address: a line for each watch, and what was checked to be able to say so. */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Transaction } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { usualSpellings } from './spellings.ts';
import { alertHeaders, type RenderedMail } from './footer.ts';

const readWatches = namedSql('alert-digest');
const readChecked = namedSql('alert-entries-checked');
const weekMs = 7 * 86_400_000;
const shownWatches = 50;

const watchRow = z.object({
  id: z.string(),
  value: z.string(),
  stop_token: z.string(),
  expected: z.int(),
  notable: z.int(),
  grave: z.int(),
  unanswered: z.int(),
  /** Names like the watched one that signed: how many, and the first of them. */
  like_names: z.int(),
  alike: z.array(z.string()).nullable(),
  /** The same in every row: what all of them saw together. */
  week_every: z.int(),
  week_notable: z.int(),
  week_grave: z.int(),
});
type WatchRow = z.infer<typeof watchRow>;

const checkedRow = z.object({
  name: z.string(),
  entries: z.number(),
  size: z.number(),
  blind_seconds: z.number(),
});

/** Undefined when nobody wants it any more. */
export async function digest(
  webUrl: string,
  transaction: Transaction,
  { email, week }: { readonly email: string; readonly week: string },
): Promise<RenderedMail | undefined> {
  const from = new Date(`${week}T00:00:00Z`);
  const until = new Date(from.getTime() + weekMs);
  const span = [from.toISOString(), until.toISOString()];
  const watches = z.array(watchRow).parse(await transaction.unsafe(readWatches, [email, ...span]));
  const checked = z.array(checkedRow).parse(await transaction.unsafe(readChecked, span));
  const [first] = watches;
  const spelt = await usualSpellings(
    transaction,
    watches.map(({ value }) => value),
  );
  if (first === undefined) return undefined;
  const stop = `${webUrl}/watch/stop?token=${first.stop_token}&only=digest`;
  const title = titleOf(first);
  const letter = await renderLetter({
    preheader: checkedSentence(checked),
    heading: title,
    blocks: [
      {
        kind: 'paragraph',
        text: `The week from ${dayOf(from)} to ${dayOf(new Date(until.getTime() - 1))}, UTC.`,
      },
      {
        kind: 'facts',
        rows: watches
          .slice(0, shownWatches)
          .map((watch) => ({ label: visibleText(spelt(watch.value), 100), value: lineOf(watch) })),
      },
      ...(watches.length > shownWatches
        ? [
            {
              kind: 'paragraph' as const,
              text: `And ${watches.length - shownWatches} more watches, counted above.`,
            },
          ]
        : []),
      { kind: 'paragraph', text: checkedSentence(checked) },
      {
        kind: 'facts',
        rows: checked.map((log) => ({ label: visibleText(log.name, 100), value: logLine(log) })),
      },
      { kind: 'link', label: 'The state of every log', url: `${webUrl}/logs` },
      {
        kind: 'small',
        text: 'You get this mail once a week, also when nothing happened: if it stops coming, something is wrong with us.',
        links: [{ label: 'Stop the weekly mail; alerts go on', url: stop }],
      },
    ],
  });
  return { subject: title, ...letter, headers: alertHeaders(webUrl, stop) };
}

function titleOf({ week_every: all, week_notable: notable, week_grave: grave }: WatchRow): string {
  if (all === 0) return 'No signatures last week in the names you watch';
  const signatures = `${all} ${all === 1 ? 'signature' : 'signatures'} last week`;
  if (grave > 0) return `${signatures}, ${grave} unexpected`;
  return notable > 0 ? `${signatures}, none unexpected` : `${signatures}, all expected`;
}

function lineOf(watch: WatchRow): string {
  const { expected, notable, grave, unanswered } = watch;
  const parts = [
    `${expected} expected`,
    ...(notable > 0 ? [`${notable} notable`] : []),
    ...(grave > 0 ? [`${grave} unexpected`] : []),
    ...(unanswered > 0 ? [`${unanswered} without an answer`] : []),
    ...likeNames(watch),
  ];
  return expected + notable + grave === 0 ? 'nothing signed' : parts.join(', ');
}

/** Told here and nowhere else, unless such a name was put to what the watched one signed. */
function likeNames({ like_names: count, alike }: WatchRow): string[] {
  if (alike === null || alike.length === 0) return [];
  const shown = alike.map((name) => visibleText(name, 100)).join(', ');
  const more = count > alike.length ? ` and ${count - alike.length} more` : '';
  return [`${count === 1 ? 'a name' : `${count} names`} like it signed: ${shown}${more}`];
}

const grouped = (count: number): string => new Intl.NumberFormat('en-GB').format(count);

function checkedSentence(logs: readonly z.infer<typeof checkedRow>[]): string {
  const entries = logs.reduce((sum, log) => sum + log.entries, 0);
  return `We verified and searched ${grouped(entries)} new entries in ${logs.length} ${logs.length === 1 ? 'log' : 'logs'}.`;
}

function logLine({ entries, size, blind_seconds: blind }: z.infer<typeof checkedRow>): string {
  const minutes = Math.round(blind / 60);
  const away = minutes > 0 ? `, not reached for ${grouped(minutes)} min and made up since` : '';
  return `${grouped(entries)} new, up to entry ${grouped(size)}${away}`;
}

function dayOf(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}
