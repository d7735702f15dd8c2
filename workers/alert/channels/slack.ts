/** Slack, by incoming webhook: Block Kit, with the top-level `text` that notifications and screen readers take. */
import { cardOf } from './card.ts';
import type { Notice } from './channel.ts';
import { asCode, chatOutcome, cut, postJson, thoseThatFit, withoutTicks } from './chat.ts';

/** Lengths of docs.slack.dev/reference/block-kit/blocks. */
const longest = { header: 150, section: 3_000, line: 500 };

export function render(notice: Notice): string {
  const { title, lines, facts, links } = cardOf(notice);
  const section = (parts: readonly string[], between = '\n') => ({
    type: 'section',
    // verbatim: Slack shall not make links and mentions of what looks like them.
    text: { type: 'mrkdwn', text: thoseThatFit(parts, longest.section).join(between), verbatim: true },
  });
  return JSON.stringify({
    text: escaped(title),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(plain(title), longest.header), emoji: false } },
      section(lines.map((line) => escaped(withoutTicks(cut(line, longest.line))))),
      ...(facts.length === 0
        ? []
        : [
            section(
              facts.map(({ label, value }) => `${label}: ${asCode(escaped(cut(value, longest.line)))}`),
            ),
          ]),
      ...(links.length === 0
        ? []
        : [
            section(
              links.map(({ label, url }) => `<${url}|${escaped(label)}>`),
              ' · ',
            ),
          ]),
    ],
  });
}

/** Plain text is said to be no markup; what calls everybody is not left to that. */
function plain(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›');
}

/** The three characters that mean something; `<!channel>` would call everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export const send = postJson;
export const outcomeOf = chatOutcome;
