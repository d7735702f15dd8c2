/**
 * Watched names in the bytes of an entry that does not read. Any position may begin a name, whatever stands before and
 * behind it. Asked at each position is a table of the first characters of all names, so the cost is that of the text.
 */
import { ByName } from './by-name.ts';
import type { Watch } from './watch.ts';

const gram = 5;

export class ByteScan {
  /** First characters of a name -> the lengths of names that begin so. */
  private readonly lengths = new Map<string, number[]>();
  private readonly names = new ByName<Watch>();

  /** A name shorter than the table's unit would be found everywhere, and is not looked for. */
  add(name: string, watch: Watch): void {
    const text = name.toLowerCase();
    if (text.length < gram) return;
    const begins = text.slice(0, gram);
    const lengths = this.lengths.get(begins);
    if (lengths === undefined) this.lengths.set(begins, [text.length]);
    else if (!lengths.includes(text.length)) lengths.push(text.length);
    this.names.put(text, watch);
  }

  remove(name: string, watchId: string): void {
    // Lengths stay: one too many costs a probe, the table is built anew with the process.
    this.names.remove(name.toLowerCase(), watchId);
  }

  /** `haystack` in lower case. */
  namedIn(haystack: string): Watch[] {
    const found: Watch[] = [];
    for (let at = 0; at + gram <= haystack.length; at++) {
      for (const length of this.lengths.get(haystack.slice(at, at + gram)) ?? []) {
        found.push(...this.names.at(haystack.slice(at, at + length)));
      }
    }
    return found;
  }
}
