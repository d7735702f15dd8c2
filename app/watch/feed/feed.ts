/** Alerts of one watch as Atom (RFC 4287) and JSON Feed 1.1: what was not expected, and no more. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { keptInOrder } from '#lib/identity/directional-parts.ts';
import { incidentHeading } from '#lib/source/incident-words.ts';
import { reasonsSchema } from '#lib/rules/verdict.ts';
import { asSpelled, factsSchema, whoSigned } from '#lib/rules/facts.ts';

export interface FeedRow {
  readonly id: string;
  readonly verdict: string;
  readonly reasons: unknown;
  readonly facts: unknown;
  readonly createdAt: Date;
  /** When the latest of its event came: the item is amended, not repeated. */
  readonly changedAt: Date;
  /** Signatures that are one event with it. */
  readonly count: number;
}

/** What is about no signature. */
export interface NewsRow {
  readonly key: string;
  readonly type: string;
  /** Of an incident. */
  readonly kind: string | null;
  readonly name: string;
  readonly text: string;
  readonly at: Date;
  readonly over: boolean;
}

export interface Feed {
  readonly watched: string;
  readonly webUrl: string;
  readonly rows: readonly FeedRow[];
  readonly news?: readonly NewsRow[];
}

interface Item {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly at: string;
  /** Later where it was amended. */
  readonly changed: string;
}

export function jsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: titleOf(feed),
    home_page_url: feed.webUrl,
    items: itemsOf(feed).map(({ id, url, title, text, at, changed }) => ({
      id,
      url,
      title,
      content_text: text,
      date_published: at,
      date_modified: changed,
    })),
  });
}

export function atomFeed(feed: Feed, id: string): string {
  const items = itemsOf(feed);
  const updated =
    items
      .map(({ changed }) => changed)
      .sort()
      .at(-1) ?? new Date(0).toISOString();
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>urn:uuid:${id}</id><title>${xml(titleOf(feed))}</title><updated>${updated}</updated>`,
    `<author><name>Sigwatch</name></author><link href="${xml(feed.webUrl)}"/>`,
    ...items.map(
      (item) =>
        `<entry><id>${item.id}</id><title>${xml(item.title)}</title><published>${item.at}</published><updated>${item.changed}</updated>` +
        `<link href="${xml(item.url)}"/><content type="text">${xml(item.text)}</content></entry>`,
    ),
    '</feed>\n',
  ].join('\n');
}

function titleOf({ watched }: Feed): string {
  return keptInOrder(`Not expected: ${visibleText(watched, 200)}`);
}

function itemsOf(feed: Feed): Item[] {
  const items = [
    ...feed.rows.flatMap((row) => itemOf(feed, row)),
    ...(feed.news ?? []).map((row) => newsItem(feed, row)),
  ];
  return items
    .map((item) => ({ ...item, title: keptInOrder(item.title), text: keptInOrder(item.text) }))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Says what it is first, so that nobody takes it for a signature. */
function newsItem({ webUrl }: Feed, { key, type, kind, name, text, at, over }: NewsRow): Item {
  const title =
    type === 'log.incident' ? `About a log: ${incidentHeading(kind, name)}` : `About our service: ${text}`;
  return {
    id: `tag:${new URL(webUrl).hostname},2026:${encodeURIComponent(key)}`,
    url: `${webUrl}/logs`,
    title: visibleText(over ? `${title}, over` : title, 300),
    text: visibleText(text, 600),
    at: at.toISOString(),
    changed: at.toISOString(),
  };
}

/** None when an older version wrote it in a form we no longer read. */
function itemOf({ webUrl }: Feed, row: FeedRow): Item[] {
  const facts = factsSchema.safeParse(row.facts).data;
  const reasons = reasonsSchema.safeParse(row.reasons).data;
  if (facts === undefined || reasons === undefined) return [];
  return [
    {
      id: `urn:uuid:${row.id}`,
      url: `${webUrl}/e/${encodeURIComponent(facts.logId)}/${facts.index}`,
      title: `${row.verdict}: ${visibleText(asSpelled(facts, whoSigned(facts) ?? facts.identity), 200)}${row.count > 1 ? ` (${row.count} signatures)` : ''}`,
      text: reasons.map(({ words }) => words).join(' '),
      at: row.createdAt.toISOString(),
      changed: row.changedAt.toISOString(),
    },
  ];
}

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? '');
}
