/** What the three chats have in common: JSON to an address that is itself the secret. */
import { postOutbound, type OutboundAnswer, type OutboundOptions } from '#lib/server/outbound-fetch.ts';
import type { Message, Outcome, Target } from './channel.ts';

export function postJson(
  { body }: Message,
  { url }: Pick<Target, 'url'>,
  options: OutboundOptions,
): Promise<OutboundAnswer> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'sigwatch-channel/1' };
  return postOutbound({ url, headers, body }, options);
}

/** 404 and 410: the address was taken back (Slack `no_service`, Discord `Unknown Webhook`). 400: the form of it. */
export function chatOutcome({ status }: OutboundAnswer): Outcome {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 404 || status === 410) return 'gone';
  return status === 400 || status === 413 ? 'refused' : 'put-off';
}

/** As code nothing in it is a link, a mention or a format. */
export function asCode(text: string): string {
  return `\`${withoutTicks(text)}\``;
}

/** What quotes a stranger begins no code of its own. */
export function withoutTicks(text: string): string {
  return text.replaceAll('`', '\u02CB');
}

/** Never through a letter that takes two: half of one is no text, and a vendor refuses it all. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The first of them that fit, each whole: what is cut half-way may end in half an escape, or begin code that never ends. */
export function thoseThatFit(
  parts: readonly string[],
  room: number,
  sizeOf: (part: string) => number = (part) => part.length + 1,
): string[] {
  let left = room - sizeOf('…');
  const fit = parts.findIndex((part) => (left -= sizeOf(part)) < 0);
  return fit === -1 ? [...parts] : [...parts.slice(0, fit), '…'];
}
