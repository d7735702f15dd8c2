import { describe, expect, it } from 'vitest';
import { firstDayOf, habitOf, hourSpans, isUnusual, rhythmOf } from './rhythm.ts';

const now = new Date('2026-11-23T05:30:00Z');
const entry = { log: 'rekor', index: 1 };
const at = (day: number, hour: number) => ({ day, hour });
const days = (count: number, hour: number) => Array.from({ length: count }, (_, day) => at(day, hour));

describe('the strip', () => {
  it('ends with today and has 90 days', () => {
    expect(firstDayOf(now).toISOString()).toBe('2026-08-26T00:00:00.000Z');
  });

  it('places an hour by its UTC day and hour, and leaves out what is not on it', () => {
    const seen = [
      '2026-11-23T05:00:00Z',
      '2026-08-26T00:00:00Z',
      '2026-08-25T23:00:00Z',
      '2026-11-24T00:00:00Z',
    ];
    const hours = seen.map((hour) => ({ hour: new Date(hour), signatures: 1, entry }));
    expect(rhythmOf(hours, [], now).marks.map(({ day, hour }) => [day, hour])).toEqual([
      [0, 0],
      [89, 5],
    ]);
  });

  it('goes by the clock of a zone, where an hour may come twice', () => {
    const seen = ['2026-11-22T23:30:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z'];
    const hours = seen.map((hour) => ({ hour: new Date(hour), signatures: 2, entry }));
    const { marks, firstDay } = rhythmOf(hours, [], new Date('2026-11-22T23:40:00Z'), 'Europe/Berlin');
    expect(firstDay.toISOString()).toBe('2026-08-26T00:00:00.000Z');
    expect(marks.map(({ day, hour, signatures }) => [day, hour, signatures])).toEqual([
      [60, 2, 4],
      [89, 0, 2],
    ]);
  });

  it('rings the hour of a first signature, and links that signature', () => {
    const first = {
      at: new Date('2026-11-20T14:59:59Z'),
      entry: { log: 'rekor', index: 9 },
      kind: 'source' as const,
      name: 'github.com/a/b',
    };
    const hours = [{ hour: new Date('2026-11-20T14:00:00Z'), signatures: 3, entry }];
    const [mark, ...more] = rhythmOf(hours, [first], now).marks;
    expect(more).toEqual([]);
    expect(mark).toMatchObject({ day: 86, hour: 14, signatures: 3, entry: { index: 9 }, firsts: [first] });
    expect(mark !== undefined && isUnusual(mark)).toBe(true);
  });
});

describe('usual hours', () => {
  it('are not claimed before there are ten days', () => {
    expect(habitOf(days(9, 10))).toEqual({ kind: 'too-few' });
    expect(habitOf(days(10, 10)).kind).toBe('hours');
  });

  it('leave out an hour kept on one day in ten, and keep one kept more often', () => {
    expect(habitOf([...days(10, 10), at(3, 3)])).toEqual({ kind: 'hours', hours: [9, 10, 11] });
    expect(habitOf([...days(10, 10), at(3, 3), at(4, 3)])).toEqual({
      kind: 'hours',
      hours: [2, 3, 4, 9, 10, 11],
    });
  });

  it('do not exist for who signs around the clock', () => {
    expect(habitOf(Array.from({ length: 60 }, (_, day) => at(day, (day * 7) % 24))).kind).toBe('all-hours');
  });

  it('go around midnight', () => {
    expect(habitOf(days(12, 0))).toEqual({ kind: 'hours', hours: [0, 1, 23] });
    expect(hourSpans([0, 1, 23])).toEqual(['23:00 to 02:00']);
    expect(hourSpans([8, 9, 14])).toEqual(['08:00 to 10:00', '14:00 to 15:00']);
  });
});
