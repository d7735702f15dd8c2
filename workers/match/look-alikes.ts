/** Watches by how their names look: who is told when a name is signed that a reader could take for theirs. */
import { skeleton } from '#lib/rules/look-alike.ts';
import { isNear, namePartsOf } from '#lib/rules/near-name.ts';
import { ByName } from './by-name.ts';

interface Watched {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly proven: boolean;
}

export interface LookAlike {
  readonly watch: Watched;
  /** One slip away, rather than the same to the eye. */
  readonly isNear: boolean;
}

const mostRecent = 10_000;

/** Names that are read by people. */
const imitated: ReadonlySet<string> = new Set(['email', 'repository', 'username']);

/** Whose name may be imitated: its owner's alone. Whoever else watches a name is told of that name. */
const isImitated = ({ kind, proven }: Watched): boolean => proven && imitated.has(kind);

const none: readonly LookAlike[] = [];

export class LookAlikes {
  private readonly bySkeleton = new ByName<Watched>();
  private readonly byOwnPart = new ByName<Watched>();
  /** Of names met lately: the same ones sign again and again. */
  private readonly recent = new Map<string, string>();

  put(watch: Watched): void {
    if (!isImitated(watch)) return;
    this.bySkeleton.put(skeleton(watch.value), watch);
    const parts = namePartsOf(watch.kind, watch.value);
    if (parts !== undefined) this.byOwnPart.put(parts.own, watch);
  }

  remove(watch: Watched): void {
    if (!isImitated(watch)) return;
    this.bySkeleton.remove(skeleton(watch.value), watch.id);
    const parts = namePartsOf(watch.kind, watch.value);
    if (parts !== undefined) this.byOwnPart.remove(parts.own, watch.id);
  }

  /** Watches of another name that looks like this one. */
  of({ kind, value }: { readonly kind: string; readonly value: string }): readonly LookAlike[] {
    if (!imitated.has(kind) || this.bySkeleton.size === 0) return none;
    const same = this.bySkeleton.at(this.skeletonOf(value)).filter((watch) => watch.value !== value);
    const near = this.nearOnes(kind, value).filter((watch) => !same.includes(watch));
    if (same.length === 0 && near.length === 0) return none;
    return [
      ...same.map((watch) => ({ watch, isNear: false })),
      ...near.map((watch) => ({ watch, isNear: true })),
    ];
  }

  private nearOnes(kind: string, value: string): readonly Watched[] {
    if (this.byOwnPart.size === 0) return [];
    const parts = namePartsOf(kind, value);
    if (parts === undefined) return [];
    return this.byOwnPart.at(parts.own).filter((watch) => {
      const own = namePartsOf(watch.kind, watch.value);
      return watch.kind === kind && own !== undefined && isNear(own.home, parts.home);
    });
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
