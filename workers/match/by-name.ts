const nothing: readonly never[] = [];

/** What shares a name, by it. Nearly every name has one, so one stands for itself: a million make no million lists. */
export class ByName<T extends { readonly id: string }> {
  private readonly names = new Map<string, T | T[]>();

  get size(): number {
    return this.names.size;
  }

  at(name: string): readonly T[] {
    const found = this.names.get(name);
    if (found === undefined) return nothing;
    return Array.isArray(found) ? found : [found];
  }

  /** In place of one of the same id. */
  put(name: string, item: T): void {
    const others = this.at(name).filter(({ id }) => id !== item.id);
    this.names.set(name, others.length === 0 ? item : [...others, item]);
  }

  remove(name: string, id: string): void {
    const left = this.at(name).filter((item) => item.id !== id);
    const [first] = left;
    if (first === undefined) this.names.delete(name);
    else this.names.set(name, left.length === 1 ? first : left);
  }
}
