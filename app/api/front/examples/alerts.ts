/** Examples of alerts, and of what stops or foretells signatures. */
import type { z } from 'zod';
import type {
  alertAnswer,
  alertsAnswer,
  eventAnswer,
  viewsAnswer,
  wholeAlertAnswer,
} from '../../../alerts/schemas.ts';
import type { responseAnswer } from '../../../alert/response-schemas.ts';
import type { freezesAnswer } from '../../../freezes/schemas.ts';
import type { intentAnswer, intentsAnswer } from '../../../intents/schemas.ts';
import { sandboxIds, sandboxNames } from '../sandbox-key.ts';
import { always, at, exampleDay, exampleTime, type Example } from './example.ts';

const { alert: id, team, watch, other } = sandboxIds;
const reasons = [
  {
    rule: 'first-issuer',
    words: 'Earlier signatures in this name were vouched for by another login provider.',
  },
];

const alert: z.infer<typeof alertAnswer> = {
  id,
  state: 'open',
  verdict: 'unexpected',
  reasons,
  watch: { id: watch, kind: 'email', value: sandboxNames.unexpected },
  team,
  createdAt: `${exampleDay}T14:03:01.000Z`,
  happenedAt: `${exampleDay}T14:03:00.000Z`,
  log: 'sandbox',
  index: '3',
  facts: null,
  event: '00000000-0000-4000-8000-0000000000ee',
  eventCount: 1,
  parts: [],
  partCount: 1,
  url: `https://sandbox.example/alerts/${id}`,
  evidence: `https://sandbox.example/api/v1/alerts/${id}/evidence`,
  answer: null,
};
const whole: z.infer<typeof wholeAlertAnswer> = { ...alert, answers: [] };
const { verdict, log, index, happenedAt } = alert;
const event: z.infer<typeof eventAnswer> = {
  total: 1,
  alerts: [{ id, verdict, reasons, log, index, happenedAt, facts: null }],
  next: null,
};

const response: z.infer<typeof responseAnswer> = {
  event: alert.event,
  steps: [
    {
      name: 'preserve',
      title: 'Preserve, before you rotate',
      todo: ['Copy the logs of runs, sign-ins and mail around that time. Delete nothing.'],
      links: [{ label: 'Download the evidence as one file', url: alert.evidence }],
      report: null,
      done: { by: 'Sam of the sandbox (key release pipeline)', at: exampleTime },
    },
  ],
  cause: null,
  history: [
    {
      act: 'step',
      value: 'preserve',
      note: null,
      by: 'Sam of the sandbox (key release pipeline)',
      at: exampleTime,
      undoneBy: null,
      undoneAt: null,
    },
  ],
};

const intent: z.infer<typeof intentAnswer> = {
  id: other,
  number: '1',
  team,
  state: 'open',
  repository: 'sandbox.example/acme/app',
  digest: null,
  count: 1,
  left: 1,
  ref: 'refs/tags/v1.2.3',
  workflow: null,
  madeBy: 'Sam of the sandbox (key release pipeline)',
  createdAt: exampleTime,
  until: `${exampleDay}T18:00:00.000Z`,
  required: true,
  used: [],
};

export const alertExamples: Readonly<Record<string, Example>> = {
  '/api/v1/alerts': always<z.infer<typeof alertsAnswer>>({
    alerts: [alert],
    unanswered: 1,
    grave: 1,
    next: null,
  }),
  '/api/v1/alerts/{id}': at('id', id, whole),
  '/api/v1/alerts/{id}/event': at('id', id, event),
  '/api/v1/alerts/{id}/response': at('id', id, response),
  '/api/v1/alerts/{id}/evidence': at('id', id, { alert: { id, verdict, reasons } }),
  '/api/v1/views': always<z.infer<typeof viewsAnswer>>({
    builtIn: [{ name: 'Needs an answer', query: 'state=open' }],
    saved: [{ id: other, name: 'Grave', query: 'verdict=unexpected,contradiction' }],
  }),
  '/api/v1/intents': always<z.infer<typeof intentsAnswer>>({ intents: [intent], next: null }),
  '/api/v1/intents/{id}': at('id', other, intent),
  '/api/v1/freezes': always<z.infer<typeof freezesAnswer>>({
    freezes: [
      {
        id: other,
        team,
        kind: 'email',
        value: sandboxNames.unexpected,
        reason: 'Somebody else signed as us.',
        madeBy: 'signed@sandbox.example',
        createdAt: exampleTime,
        liftedAt: null,
        liftedBy: null,
      },
    ],
    watched: [],
    next: null,
  }),
};
