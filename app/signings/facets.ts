import type { Build } from './builds.ts';

/** Ways to narrow what an identity signed, each with how many there are under the others that are chosen. */
export interface Narrowing {
  readonly issuer?: string | undefined;
  /** The repository; '' for those without one. */
  readonly source?: string | undefined;
  readonly log?: string | undefined;
  readonly workflow?: string | undefined;
  readonly trigger?: string | undefined;
  readonly ref?: string | undefined;
  readonly days?: number | undefined;
  /** A moment, ISO 8601 in UTC: what was seen from then on. */
  readonly since?: string | undefined;
}

export type FacetName = 'issuer' | 'source' | 'log';

/** What a build says of itself. */
export const buildFacets = ['workflow', 'trigger', 'ref'] as const;
export type BuildFacet = (typeof buildFacets)[number];

export interface CountedPlace {
  readonly log: string;
  readonly issuer: string;
  readonly source: string;
  readonly entries: number;
}

export interface FacetValue {
  readonly value: string;
  readonly entries: number;
  readonly chosen: boolean;
}

export const timeRanges = [7, 30, 90, 365] as const;
const longestValue = 2048;

export function readNarrowing(params: Readonly<Record<string, string | string[] | undefined>>): Narrowing {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === 'string' && value.length <= longestValue && !value.includes('\0')
      ? value
      : undefined;
  };
  // A build says something or has no such line: unlike a source, '' chooses nothing.
  const filled = (name: BuildFacet) => text(name) || undefined;
  const days = timeRanges.find((range) => String(range) === params['days']);
  return {
    issuer: text('issuer'),
    source: text('source'),
    log: text('log'),
    workflow: filled('workflow'),
    trigger: filled('trigger'),
    ref: filled('ref'),
    days,
    since: momentOf(text('since')),
  };
}

function momentOf(given: string | undefined): string | undefined {
  // What a field for a date sends: that day, from its beginning.
  if (given !== undefined && /^\d{4}-\d\d-\d\d$/.test(given)) return momentOf(`${given}T00:00:00.000Z`);
  const known = given !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(given);
  return known && !Number.isNaN(Date.parse(given)) ? given : undefined;
}

export function isNarrowed(narrowing: Narrowing): boolean {
  return Object.values(narrowing).some((chosen) => chosen !== undefined);
}

/** As the query of an address; the canonical order, nothing that is not chosen. */
export function narrowingQuery(narrowing: Narrowing, more: Readonly<Record<string, string>> = {}): string {
  const { issuer, source, log, workflow, trigger, ref, days, since } = narrowing;
  const chosen = { issuer, source, log, workflow, trigger, ref, days: days?.toString(), since, ...more };
  const query = new URLSearchParams(
    Object.entries(chosen).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ).toString();
  return query === '' ? '' : `?${query}`;
}

export function facetOf(name: FacetName, places: readonly CountedPlace[], chosen: Narrowing): FacetValue[] {
  const counts = new Map<string, number>();
  for (const place of places) {
    const underOthers = (['issuer', 'source', 'log'] as const).every(
      (other) => other === name || chosen[other] === undefined || chosen[other] === place[other],
    );
    if (underOthers) counts.set(place[name], (counts.get(place[name]) ?? 0) + place.entries);
  }
  return shownValues(counts, chosen[name]);
}

/** The same of what builds say: one signature each. */
export function buildFacetOf(name: BuildFacet, builds: readonly Build[], chosen: Narrowing): FacetValue[] {
  const counts = new Map<string, number>();
  const from = chosen.since === undefined ? undefined : Date.parse(chosen.since);
  for (const build of builds) {
    const value = build[name];
    const isMet = (['issuer', 'source', 'log', ...buildFacets] as const).every(
      (other) => other === name || chosen[other] === undefined || chosen[other] === (build[other] ?? ''),
    );
    const isLate = from === undefined || build.seenAt.getTime() >= from;
    if (value !== null && isMet && isLate) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return shownValues(counts, chosen[name]);
}

function shownValues(counts: Map<string, number>, wanted: string | undefined): FacetValue[] {
  if (wanted !== undefined && !counts.has(wanted)) counts.set(wanted, 0);
  return [...counts]
    .map(([value, entries]) => ({ value, entries, chosen: value === wanted }))
    .sort((a, b) => b.entries - a.entries || (a.value < b.value ? -1 : 1));
}
