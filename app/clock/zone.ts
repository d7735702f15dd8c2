/** The time zone a reader chose to see times in; UTC until then. A cookie, since pages must come with the right times at once. */
import { z } from 'zod';
import { longestPath } from '../longest-path.ts';

const zoneCookie = 'sigwatch-zone';
const year = 365 * 86_400;

export const clockForm = z.object({ zone: z.string().max(64), back: z.string().max(longestPath) });

const known = new Map<string, boolean>();

/** Of the names that this machine knows; asked for each once. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false;
  const before = known.get(name);
  if (before !== undefined) return before;
  const answer = canFormat(name);
  // Strangers choose the names.
  if (known.size < 2_000) known.set(name, answer);
  return answer;
}

function canFormat(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Undefined: UTC. */
export function readZone(cookieHeader: string | null | undefined): string | undefined {
  const [, value] = /(?:^|;\s*)sigwatch-zone=([A-Za-z0-9_+/-]+)(?:;|$)/.exec(cookieHeader ?? '') ?? [];
  return value !== undefined && isZone(value) && value !== 'UTC' ? value : undefined;
}

/** UTC forgets the choice. */
export function writeZone(zone: string, https: boolean): string {
  const isKept = isZone(zone) && zone !== 'UTC';
  const attributes = `Path=/; Max-Age=${isKept ? year : 0}; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
  return `${zoneCookie}=${isKept ? zone : ''}; ${attributes}`;
}

export function allZones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

const fields = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
const walls = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of that zone shows, as if it were UTC: for what is drawn by days and hours. */
export function wallClock(at: Date, zone: string | undefined): Date {
  if (zone === undefined) return at;
  const wall =
    walls.get(zone) ??
    new Intl.DateTimeFormat('en-u-hc-h23', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  walls.set(zone, wall);
  const parts = wall.formatToParts(at);
  const [year = 0, month = 1, ...rest] = fields.map((field) =>
    Number(parts.find(({ type }) => type === field)?.value),
  );
  return new Date(Date.UTC(year, month - 1, ...rest));
}
