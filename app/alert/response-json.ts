/** The response to a disowned event as programs read it: the advice of its page, and what was done of it. */
import type { z } from 'zod';
import type { Config } from '#lib/server/config.ts';
import { nextSteps, type Step } from './next-steps.ts';
import { causeNames, type Noted, type Response } from './response.ts';
import type { responseAnswer } from './response-schemas.ts';

type Answer = z.infer<typeof responseAnswer>;
type Alert = Parameters<typeof nextSteps>[0] & { readonly id: string; readonly eventId: string };

export function responseJson(alert: Alert, response: Response, config: Config): Answer {
  const steps = nextSteps(alert, config, `/api/v1/alerts/${alert.id}/evidence`);
  return {
    event: alert.eventId,
    steps: steps.map((step) => stepJson(step, response.done.get(step.name), config.web.url)),
    cause: causeJson(response.cause),
    history: response.history.map(({ act, value, note, undoneBy, undoneAt, ...noted }) => ({
      act,
      value,
      note,
      ...said(noted),
      undoneBy,
      undoneAt: undoneAt?.toISOString() ?? null,
    })),
  };
}

function stepJson(
  { name, title, todo, links = [], text }: Step,
  done: Noted | undefined,
  webUrl: string,
): Answer['steps'][number] {
  return {
    name,
    title,
    todo: [...todo],
    links: links.map(({ label, href }) => ({ label, url: new URL(href, webUrl).href })),
    report: text ?? null,
    done: done === undefined ? null : said(done),
  };
}

function causeJson(noted: Noted | undefined): Answer['cause'] {
  const cause = causeNames.find((name) => name === noted?.value);
  return noted === undefined || cause === undefined ? null : { cause, note: noted.note, ...said(noted) };
}

function said({ by, at }: Pick<Noted, 'by' | 'at'>): { by: string; at: string } {
  return { by, at: at.toISOString() };
}
