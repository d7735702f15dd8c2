import { expect, it } from 'vitest';
import { exactTime } from '../ui/time.ts';
import { readZone, wallClock, writeZone } from './zone.ts';

it('reads back what it wrote, and UTC forgets it', () => {
  expect(readZone(writeZone('Europe/Berlin', true))).toBe('Europe/Berlin');
  expect(readZone(`a=b; ${writeZone('Asia/Kolkata', false)}`)).toBe('Asia/Kolkata');
  expect(writeZone('UTC', true)).toContain('Max-Age=0');
});

it.each(['Mars/Olympus', '"><script>', '', '../etc', 'x'.repeat(70)])('takes %j for no choice', (zone) => {
  expect(readZone(`sigwatch-zone=${zone}`)).toBeUndefined();
  expect(writeZone(zone, true)).toContain('Max-Age=0');
});

it('says a time in a zone with the name of the zone, and in UTC without one', () => {
  const at = new Date('2026-11-23T10:00:00Z');
  expect(exactTime(at)).toBe('23 Nov 2026, 10:00:00 UTC');
  expect(exactTime(at, 'Europe/Berlin')).toMatch(/^23 Nov 2026, 11:00:00 (?:CET|GMT\+1)$/);
  expect(exactTime(at, 'Asia/Kolkata')).toMatch(/^23 Nov 2026, 15:30:00 (?:IST|GMT\+5:30)$/);
});

it('reads the clock on the wall of a zone, by summer time as by winter time', () => {
  const wall = (at: string, zone?: string) => wallClock(new Date(at), zone).toISOString();
  expect(wall('2026-11-20T23:30:00Z')).toBe('2026-11-20T23:30:00.000Z');
  expect(wall('2026-11-20T23:30:00Z', 'Europe/Berlin')).toBe('2026-11-21T00:30:00.000Z');
  expect(wall('2026-07-20T23:30:00Z', 'Europe/Berlin')).toBe('2026-07-21T01:30:00.000Z');
  expect(wall('2026-11-20T23:30:00Z', 'Asia/Kolkata')).toBe('2026-11-21T05:00:00.000Z');
  expect(wall('2026-11-20T05:00:00Z', 'America/New_York')).toBe('2026-11-20T00:00:00.000Z');
});
