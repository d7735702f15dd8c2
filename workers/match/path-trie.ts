/**
 * Watches for everything below a path: one node a segment. A lookup walks as many nodes as the path has segments, however
 * many watches there are.
 */
import type { Watch } from './watch.ts';

interface Node {
  /** Undefined rather than empty: most nodes are leaves, and there may be a million. */
  children: Map<string, Node> | undefined;
  watches: readonly Watch[];
}

const noWatches: readonly Watch[] = [];
const emptyNode = (): Node => ({ children: undefined, watches: noWatches });

export class PathTrie {
  private readonly root = emptyNode();

  add(segments: readonly string[], watch: Watch): void {
    let node = this.root;
    for (const segment of segments) {
      const child = node.children?.get(segment) ?? emptyNode();
      node.children ??= new Map();
      node.children.set(segment, child);
      node = child;
    }
    node.watches = [...node.watches.filter(({ id }) => id !== watch.id), watch];
  }

  /** Nodes that lead nowhere any more go with it. */
  remove(segments: readonly string[], watchId: string): void {
    const path = [this.root];
    for (const segment of segments) {
      const child = path.at(-1)?.children?.get(segment);
      if (child === undefined) return;
      path.push(child);
    }
    const last = path.at(-1);
    if (last !== undefined) last.watches = last.watches.filter(({ id }) => id !== watchId);
    for (let depth = segments.length; depth > 0; depth--) {
      const node = path[depth];
      const segment = segments[depth - 1];
      if (node === undefined || segment === undefined || (node.children?.size ?? 0) + node.watches.length > 0)
        return;
      path[depth - 1]?.children?.delete(segment);
    }
  }

  /** Every watch at this path or above it. */
  along(segments: readonly string[]): Watch[] {
    const found: Watch[] = [];
    let node: Node | undefined = this.root;
    for (const segment of segments) {
      node = node.children?.get(segment);
      if (node === undefined) break;
      found.push(...node.watches);
    }
    return found;
  }
}
