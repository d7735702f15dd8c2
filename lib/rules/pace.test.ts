import { expect, it } from 'vitest';
import { dueAt, type Pace } from './pace.ts';
import type { Verdict } from './verdict.ts';

const at = (text: string) => Date.parse(`2026-11-23T${text}:00Z`);
const night = { from: 22, until: 7, zone: 'UTC' };
const paced = (verdict: Verdict, pace: Partial<Pace>, now: string) =>
  new Date(dueAt(verdict, { notable: 'hourly', digest: true, quiet: undefined, ...pace }, at(now)))
    .toISOString()
    .slice(5, 16);

it.each<[string, Verdict, Partial<Pace>, string, string]>([
  ['what is unexpected at once', 'unexpected', {}, '14:05', '11-23T14:05'],
  ['what is notable at the end of the hour', 'notable', {}, '14:05', '11-23T15:00'],
  ['or at once, where that is wished', 'notable', { notable: 'at-once' }, '14:05', '11-23T14:05'],
  ['nothing at night', 'unexpected', { quiet: night }, '23:30', '11-24T07:00'],
  ['nor after midnight', 'unexpected', { quiet: night }, '03:15', '11-23T07:00'],
  ['but a contradiction, always', 'contradiction', { quiet: night }, '03:15', '11-23T03:15'],
  ['again when the night is over', 'unexpected', { quiet: night }, '07:00', '11-23T07:00'],
  ['what is notable just before the night after it', 'notable', { quiet: night }, '21:59', '11-24T07:00'],
  [
    'the night of another zone',
    'unexpected',
    { quiet: { ...night, zone: 'Asia/Kolkata' } },
    '18:00',
    '11-24T01:30',
  ],
  [
    'quiet hours of the day',
    'unexpected',
    { quiet: { from: 9, until: 17, zone: 'UTC' } },
    '12:00',
    '11-23T17:00',
  ],
  [
    'no quiet in an unknown zone',
    'unexpected',
    { quiet: { ...night, zone: 'Mars/Base' } },
    '23:30',
    '11-23T23:30',
  ],
])('tells %s', (_, verdict, pace, now, due) => {
  expect(paced(verdict, pace, now)).toBe(due);
});
