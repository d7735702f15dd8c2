/** A feed as Atom (RFC 4287) and as JSON Feed 1.1. Every text may be a stranger's: visible, escaped, no markup. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { keptInOrder } from '#lib/identity/directional-parts.ts';

export interface FeedItem {
  /** Also its id: our own page about it, for ever. */
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly at: Date;
}

export interface Feed {
  readonly title: string;
  readonly pageUrl: string;
  readonly feedUrl: string;
  /** When nothing is in it yet. */
  readonly since: Date;
  readonly items: readonly FeedItem[];
}

export function atomFeed({ title, pageUrl, feedUrl, since, items }: Feed): string {
  const updated = items.reduce((latest, { at }) => (at > latest ? at : latest), since);
  const entries = items.map(
    (item) => `<entry><id>${xml(item.url)}</id><title>${xml(item.title)}</title>
<updated>${item.at.toISOString()}</updated><link rel="alternate" href="${xml(item.url)}"/>
<content type="text">${xml(item.text)}</content></entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${xml(feedUrl)}</id><title>${xml(title)}</title>
<updated>${updated.toISOString()}</updated><author><name>Sigwatch</name></author>
<link rel="self" href="${xml(feedUrl)}"/><link rel="alternate" href="${xml(pageUrl)}"/>
${entries.join('\n')}
</feed>
`;
}

export function jsonFeed({ title, pageUrl, feedUrl, items }: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: shown(title),
    home_page_url: pageUrl,
    feed_url: feedUrl,
    items: items.map(({ url, title: itemTitle, text, at }) => ({
      id: url,
      url,
      title: shown(itemTitle),
      content_text: shown(text, 2000),
      date_published: at.toISOString(),
    })),
  });
}

const shown = (text: string, limit?: number): string => keptInOrder(visibleText(text, limit));

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return shown(text, 2000).replace(/[&<>"']/g, (character) => names[character] ?? '');
}
