import type { z } from 'zod';
import type { SaidBefore } from './history.ts';
import type { alertAnswer, wholeAlertAnswer } from './schemas.ts';
import type { InboxAlert } from './store.ts';

export function alertJson(alert: InboxAlert, webUrl: string): z.infer<typeof alertAnswer> {
  const { id, state, verdict, reasons, watch, createdAt, happenedAt, logId, index, facts, answer } = alert;
  return {
    id,
    state,
    verdict,
    reasons,
    watch: { id: watch.id, kind: watch.kind, value: watch.value },
    team: watch.teamId,
    createdAt: createdAt.toISOString(),
    happenedAt: happenedAt.toISOString(),
    log: logId,
    index,
    facts: facts ?? null,
    event: alert.eventId,
    eventCount: alert.eventCount,
    parts: [...alert.parts],
    partCount: alert.partCount,
    url: `${webUrl}/alerts/${id}`,
    evidence: `${webUrl}/api/v1/alerts/${id}/evidence`,
    answer: answer === undefined ? null : { ...answer, at: answer.at.toISOString() },
  };
}

export function wholeAlertJson(
  alert: InboxAlert,
  said: readonly SaidBefore[],
  webUrl: string,
): z.infer<typeof wholeAlertAnswer> {
  const answers = said.map(({ at, undoneAt, ...rest }) => ({
    ...rest,
    at: at.toISOString(),
    undoneAt: undoneAt?.toISOString() ?? null,
  }));
  return { ...alertJson(alert, webUrl), answers };
}
