/**
 * Microsoft Teams, by a workflow "when a webhook request is received": one Adaptive Card. Text stands in text runs, which
 * know no Markdown.
 */
import { cardOf } from './card.ts';
import type { Notice } from './channel.ts';
import { chatOutcome, postJson, thoseThatFit } from './chat.ts';

/** Teams takes 28 kB in all; facts and the frame around them take less than half of it. */
const roomOfLines = 8_000;
const bytesOf = (line: string) => Buffer.byteLength(JSON.stringify(runs([{ text: line }])));

export function render(notice: Notice): string {
  const { title, lines, facts, links, grave } = cardOf(notice);
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    // Teams shows no later one everywhere.
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      runs([{ text: title, weight: 'Bolder', size: 'Large', color: grave ? 'Attention' : 'Default' }]),
      ...thoseThatFit(lines, roomOfLines, bytesOf).map((text) => runs([{ text }])),
      ...facts.map(({ label, value }) =>
        runs([
          { text: `${label}: `, isSubtle: true },
          { text: value, fontType: 'Monospace' },
        ]),
      ),
    ],
    actions: links.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return JSON.stringify({ type: 'message', attachments: [attachment] });
}

function runs(parts: readonly object[]) {
  return { type: 'RichTextBlock', inlines: parts.map((part) => ({ type: 'TextRun', ...part })) };
}

export const send = postJson;
export const outcomeOf = chatOutcome;
