/**
 * Watched names in the bytes of an entry that does not read. Any position may begin a name, whatever stands before and
 * behind it. Asked at each position is a table of the first characters of all names, so the cost is that of the text.
 */
import type { Watch } from './watch.ts';

const gram = 5;

export class ByteScan {
  /** First characters of a name -> the lengths of names that begin so. */
  private readonly lengths = new Map<string, Set<number>>();
  private readonly names = new Map<string, Map<string, Watch>>();

  /** A name shorter than the table's unit would be found everywhere, and is not looked for. */
  add(name: string, watch: Watch): void {
    const text = name.toLowerCase();
    if (text.length < gram) return;
    const begins = text.slice(0, gram);
    const lengths = this.lengths.get(begins) ?? new Set();
    this.lengths.set(begins, lengths.add(text.length));
    const same = this.names.get(text) ?? new Map<string, Watch>();
    this.names.set(text, same.set(watch.id, watch));
  }

  remove(name: string, watchId: string): void {
    const text = name.toLowerCase();
    const same = this.names.get(text);
    same?.delete(watchId);
    // Lengths stay: one too many costs a probe, the table is built anew with the process.
    if (same?.size === 0) this.names.delete(text);
  }

  /** `haystack` in lower case. */
  namedIn(haystack: string): Watch[] {
    const found: Watch[] = [];
    for (let at = 0; at + gram <= haystack.length; at++) {
      for (const length of this.lengths.get(haystack.slice(at, at + gram)) ?? []) {
        const same = this.names.get(haystack.slice(at, at + length));
        if (same !== undefined) found.push(...same.values());
      }
    }
    return found;
  }
}
