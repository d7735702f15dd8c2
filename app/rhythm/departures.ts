/**
 * The first signature by a workflow, and the first that a trigger started, among those from the same repository: what the
 * rules of alerts call new-workflow and new-trigger.
 */
import { habit } from '#lib/rules/built-in/rule.ts';
import type { Build, Builds } from '../signings/builds.ts';
import type { FirstSigning } from './rhythm.ts';

interface Known {
  readonly workflow: Set<string>;
  readonly trigger: Set<string>;
  signatures: number;
}

export function departuresIn({ newest, isAll }: Builds): FirstSigning[] {
  const bySource = new Map<string, Known>();
  const newestOf = isAll ? undefined : newest.length;
  return newest.toReversed().flatMap((build) => {
    const source = build.source ?? '';
    const known = bySource.get(source) ?? { workflow: new Set(), trigger: new Set(), signatures: 0 };
    bySource.set(source, known);
    const firsts = (['workflow', 'trigger'] as const).flatMap((kind): FirstSigning[] => {
      const value = build[kind];
      const departs = value !== null && known[kind].size > 0 && !known[kind].has(value);
      if (!departs || known.signatures < habit) return [];
      const { log, index, notBefore, seenAt }: Build = build;
      return [
        { kind, at: notBefore ?? seenAt, entry: { log, index }, name: shortName(value, source), newestOf },
      ];
    });
    // An authority that nobody vouches for makes no habit.
    if (build.trust !== 'unknown') {
      known.signatures++;
      for (const kind of ['workflow', 'trigger'] as const) {
        const value = build[kind];
        if (value !== null) known[kind].add(value);
      }
    }
    return firsts;
  });
}

/** Of a workflow in the repository that signs, its file says enough. */
export function shortName(workflow: string, source: string): string {
  const name = workflow.replace(/^https:\/\//, '');
  const place = `${source}/`;
  if (source === '' || !name.toLowerCase().startsWith(place)) return name;
  return name.slice(place.length).replace(/^\.github\/workflows\//, '');
}
