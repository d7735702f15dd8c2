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
  return `\`${text.replaceAll('`', '\u02CB')}\``;
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
