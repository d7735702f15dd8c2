import { expect, it } from 'vitest';
import { dayOf, statusReader, worst } from './status.ts';

it('is as its worst part is, and what is not known makes nothing worse', () => {
  expect(worst(['working', 'down', 'troubled'])).toBe('down');
  expect(worst(['unknown', 'working'])).toBe('working');
  expect(worst([])).toBe('unknown');
});

it('knows nothing of a day before anything was kept, and never more than all of one', () => {
  const day = { day: '2026-11-20', asked: 0, seen: 0, incidents: 0 };
  expect(dayOf({ ...day, watched: 0, slots: 0 }).watched).toBeNull();
  expect(dayOf({ ...day, watched: 144, slots: 288 }).watched).toBe(0.5);
  expect(dayOf({ ...day, watched: 3, slots: 2 }).watched).toBe(1);
});

it('asks again after a failure, and once for all who ask at the same time', async () => {
  let asked = 0;
  const read = statusReader({
    now: () => new Date(0),
    answers: async () => {
      asked++;
      throw new Error('broken');
    },
    statement: () => '',
    config: { ca: { url: 'c' }, log: { url: 'l' }, smtpUrl: undefined },
  } as unknown as Parameters<typeof statusReader>[0]);
  await Promise.all([expect(read()).rejects.toThrow('broken'), expect(read()).rejects.toThrow('broken')]);
  expect(asked).toBe(2);
  await expect(read()).rejects.toThrow('broken');
  expect(asked).toBe(4);
});
