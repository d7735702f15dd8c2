/**
 * Alerts for machines, as Standard Webhooks 1.0.0. A repeat carries the same webhook-id; 410 switches the channel off;
 * what is answered otherwise than 2xx is tried again for three days.
 */
import { postOutbound, type OutboundAnswer, type OutboundOptions } from '#lib/server/outbound-fetch.ts';
import { webhookHeaders } from '#lib/server/webhook-signature.ts';
import { entryUrl } from './card.ts';
import type { News } from '../news.ts';
import type { Message, Notice, Outcome, Target } from './channel.ts';

/** It holds no link that proves anything: whoever runs the receiver is not the owner of the mailbox. */
export function render({ occasion, at, alert, news, webUrl }: Notice): string {
  if (news !== undefined) return renderNews(news, at);
  if (alert === undefined)
    return JSON.stringify({
      type: 'test',
      timestamp: at,
      data: { message: 'This is a test. Nothing was signed.' },
    });
  const { id, verdict, reasons, facts, watches, event, answer } = alert;
  const entry = facts.event === 'announcement' ? undefined : entryUrl(webUrl, facts.logId, facts.index);
  return JSON.stringify({
    type: occasion === 'answer' ? answerType(answer?.answer) : `signing.${verdict}`,
    timestamp: at,
    data: {
      id,
      verdict,
      reasons,
      facts,
      watches,
      event,
      entry,
      ...(occasion === 'unanswered' ? { unanswered: true } : {}),
      ...(answer === undefined ? {} : { answer }),
    },
  });
}

function renderNews({ type, ...data }: News, timestamp: string): string {
  return JSON.stringify({ type, timestamp, data });
}

function answerType(answer: string | undefined): string {
  if (answer === undefined || answer === 'reopened') return 'signing.reopened';
  return answer === 'not-mine' ? 'signing.disputed' : 'signing.acknowledged';
}

export async function send(
  { id, body }: Message,
  { url, secrets, privateKeys }: Target,
  options: OutboundOptions,
): Promise<OutboundAnswer> {
  const message = { id, timestamp: Math.floor(Date.now() / 1000), body };
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'sigwatch-webhook/1',
    ...webhookHeaders(message, { secrets, privateKeys }),
  };
  return postOutbound({ url, headers, body }, options);
}

/** A receiver that is being repaired may answer anything: only 410 is its last word. */
export function outcomeOf({ status }: OutboundAnswer): Outcome {
  if (status === 410) return 'gone';
  return status >= 200 && status < 300 ? 'sent' : 'put-off';
}
