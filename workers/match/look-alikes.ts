/** Watches by how their names look: who is told when a name is signed that a reader could take for theirs. */
import { skeleton } from '#lib/rules/look-alike.ts';

interface Watched {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
}

/** Names that are read by people. */
const imitated: ReadonlySet<string> = new Set(['email', 'repository', 'username']);

export class LookAlikes {
  private readonly bySkeleton = new Map<string, Map<string, Watched>>();

  put(watch: Watched): void {
    if (!imitated.has(watch.kind)) return;
    const shape = skeleton(watch.value);
    const same = this.bySkeleton.get(shape) ?? new Map<string, Watched>();
    this.bySkeleton.set(shape, same.set(watch.id, watch));
  }

  remove(watch: Watched): void {
    if (!imitated.has(watch.kind)) return;
    const shape = skeleton(watch.value);
    const same = this.bySkeleton.get(shape);
    same?.delete(watch.id);
    if (same?.size === 0) this.bySkeleton.delete(shape);
  }

  /** Watches of another name that looks like this one. */
  of({ kind, value }: { readonly kind: string; readonly value: string }): Watched[] {
    if (!imitated.has(kind) || this.bySkeleton.size === 0) return [];
    const same = this.bySkeleton.get(skeleton(value));
    return same === undefined ? [] : [...same.values()].filter((watch) => watch.value !== value);
  }
}
