/**
 * Events API v2, as PagerDuty and others take it: an alert triggers, an answer acknowledges or resolves, and both carry
 * the same dedup_key. The secret of the channel is the routing key.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { OutboundAnswer } from '#lib/server/outbound-fetch.ts';
import { cardOf } from './card.ts';
import type { Notice, Outcome, Target } from './channel.ts';
import { chatOutcome, cut, postJson } from './chat.ts';

const severities = {
  contradiction: 'critical',
  unexpected: 'error',
  notable: 'warning',
  expected: 'info',
} as const;
const longestSummary = 1_024;

export function render(notice: Notice, { secrets: [routingKey = ''] }: Target): string {
  const { title, lines, facts, links } = cardOf(notice);
  const { alert, news, eventId, at, webUrl } = notice;
  return JSON.stringify({
    routing_key: routingKey,
    event_action: actionOf(notice),
    dedup_key: eventId,
    payload: {
      summary: cut(title, longestSummary),
      source: alert === undefined ? new URL(webUrl).hostname : alert.facts.logName,
      severity: alert === undefined ? severityOf(news) : severities[alert.verdict],
      timestamp: at,
      component: alert && visibleText(alert.facts.signer ?? alert.facts.identity),
      class: alert?.reasons[0]?.rule ?? news?.type,
      custom_details: {
        why: lines,
        ...Object.fromEntries(facts.map(({ label, value }) => [label, value])),
      },
    },
    links: links.map(({ label, url }) => ({ href: url, text: label })),
    client: 'Sigwatch',
    client_url: webUrl,
  });
}

function severityOf(news: Notice['news']): 'warning' | 'info' {
  return news?.type === 'log.incident' ? 'warning' : 'info';
}

function actionOf({ occasion, alert, news }: Notice): 'trigger' | 'acknowledge' | 'resolve' {
  if (news?.type === 'service.recovered') return 'resolve';
  if (occasion !== 'answer' || alert?.answer === undefined) return 'trigger';
  const { answer } = alert.answer;
  if (answer === 'mine' || answer === 'resolved') return 'resolve';
  return answer === 'reopened' ? 'trigger' : 'acknowledge';
}

/** 400 is about the event, 403 and 404 about who sends: a service that was deleted answers so. */
export function outcomeOf(answer: OutboundAnswer): Outcome {
  return answer.status === 403 ? 'gone' : chatOutcome(answer);
}

export const send = postJson;
