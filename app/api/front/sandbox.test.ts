import { expect, it } from 'vitest';
import { alertsAnswer, wholeAlertAnswer } from '../../alerts/schemas.ts';
import { signingAnswer, signingsAnswer } from '../v1/schemas.ts';
import { sandboxAnswer, sandboxNames } from './sandbox.ts';

it.each([
  [`/api/v1/signings?identity=${sandboxNames.signed}`, signingsAnswer],
  [`/api/v1/signings?identity=${sandboxNames.forged}`, signingsAnswer],
  ['/api/v1/entries/sandbox/3', signingAnswer.loose()],
  ['/api/v1/alerts', alertsAnswer],
  ['/api/v1/alerts/00000000-0000-4000-8000-000000000003', wholeAlertAnswer],
])('answers %s with what the schema promises', (url, schema) => {
  const answer = sandboxAnswer('GET', url);
  expect(answer?.status).toBe(200);
  expect(schema.safeParse(answer?.body).error).toBeUndefined();
});

it('has a name for each case', () => {
  const total = (name: string) => sandboxAnswer('GET', `/api/v1/signings?identity=${name}`)?.body;
  expect(total(sandboxNames.signed)).toHaveProperty('total', 2);
  expect(total(sandboxNames.quiet)).toHaveProperty('total', 0);
  expect(total(sandboxNames.forged)).toHaveProperty('forgeries', 1);
});

it('writes nothing', () => {
  expect(sandboxAnswer('POST', '/api/v1/intents')?.status).toBe(403);
  expect(sandboxAnswer('DELETE', '/api/v1/freezes/x')?.status).toBe(403);
});
