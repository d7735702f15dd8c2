/**
 * The first signature by a workflow, and the first that a trigger started, among those from the same repository: what the
 * rules of alerts call new-workflow and new-trigger, seen in the signatures that are read for a page anyway.
 */
import { habit } from '#lib/rules/built-in/rule.ts';
import { triggerOf, workflowOf } from '#lib/rules/history.ts';
import { signedAt, type Signing } from '../signings/signing.ts';
import type { FirstSigning } from './rhythm.ts';

interface Known {
  readonly workflow: Set<string>;
  readonly trigger: Set<string>;
  signatures: number;
}

/** `newest`: newest first, as pages have them; `isAll`: with none before them. */
export function departuresIn(newest: readonly Signing[], isAll: boolean): FirstSigning[] {
  const bySource = new Map<string, Known>();
  const newestOf = isAll ? undefined : newest.length;
  return newest.toReversed().flatMap((signing) => {
    const source = signing.source ?? '';
    const known = bySource.get(source) ?? { workflow: new Set(), trigger: new Set(), signatures: 0 };
    bySource.set(source, known);
    const made = { workflow: workflowOf(signing.claims), trigger: triggerOf(signing.claims) };
    const firsts = (['workflow', 'trigger'] as const).flatMap((kind): FirstSigning[] => {
      const value = made[kind];
      const departs = value !== undefined && known[kind].size > 0 && !known[kind].has(value);
      if (!departs || known.signatures < habit) return [];
      const entry = { log: signing.log, index: signing.index };
      return [{ kind, at: signedAt(signing), entry, name: shortName(value, source), newestOf }];
    });
    // An authority that nobody vouches for makes no habit.
    if (signing.trust !== 'unknown') {
      known.signatures++;
      for (const kind of ['workflow', 'trigger'] as const)
        if (made[kind] !== undefined) known[kind].add(made[kind]);
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
