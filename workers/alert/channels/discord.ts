/** Discord, by webhook: one embed. Nobody is called, whatever a name holds. */
import { cardOf } from './card.ts';
import type { Notice } from './channel.ts';
import { asCode, chatOutcome, cut, postJson } from './chat.ts';

/** Lengths of docs.discord.com/developers/resources/message (embed limits); 6,000 characters in all. */
const longest = { title: 256, description: 2_000, value: 400 };
const colours = { grave: 0xc0392b, calm: 0x1b4f9c };

export function render(notice: Notice): string {
  const { title, lines, facts, links, grave } = cardOf(notice);
  const ways = links.map(({ label, url }) => `[${label}](${url})`).join(' · ');
  const said = lines.map((line) => escaped(line)).join('\n');
  return JSON.stringify({
    embeds: [
      {
        title: cut(escaped(title), longest.title),
        description: [cut(said, longest.description), ways].filter((part) => part !== '').join('\n\n'),
        color: grave ? colours.grave : colours.calm,
        timestamp: notice.at,
        fields: facts.map(({ label, value }) => ({ name: label, value: asCode(cut(value, longest.value)) })),
      },
    ],
    allowed_mentions: { parse: [] },
  });
}

/** Markdown, and the colon that makes a link of an address. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|>[\]()#@]/g, '\\$&').replaceAll('://', ':\\//');
}

export const send = postJson;
export const outcomeOf = chatOutcome;
