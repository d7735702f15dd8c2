/** Watches by how their names look: who is told when a name is signed that a reader could take for theirs. */
import { skeleton } from '#lib/rules/look-alike.ts';
import { ByName } from './by-name.ts';

interface Watched {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
}

const mostRecent = 10_000;

/** Names that are read by people. */
const imitated: ReadonlySet<string> = new Set(['email', 'repository', 'username']);

export class LookAlikes {
  private readonly bySkeleton = new ByName<Watched>();
  /** Of names met lately: the same ones sign again and again. */
  private readonly recent = new Map<string, string>();

  put(watch: Watched): void {
    if (!imitated.has(watch.kind)) return;
    this.bySkeleton.put(skeleton(watch.value), watch);
  }

  remove(watch: Watched): void {
    if (!imitated.has(watch.kind)) return;
    this.bySkeleton.remove(skeleton(watch.value), watch.id);
  }

  /** Watches of another name that looks like this one. */
  of({ kind, value }: { readonly kind: string; readonly value: string }): Watched[] {
    if (!imitated.has(kind) || this.bySkeleton.size === 0) return [];
    return this.bySkeleton.at(this.skeletonOf(value)).filter((watch) => watch.value !== value);
  }

  private skeletonOf(name: string): string {
    const known = this.recent.get(name);
    if (known !== undefined) return known;
    const shape = skeleton(name);
    if (this.recent.size >= mostRecent) this.recent.clear();
    this.recent.set(name, shape);
    return shape;
  }
}
