/** Of which logs an answer about signatures is, in words: the same on the page of a name as where a browser found it itself. */
import { grouped } from '../ui/time.ts';

export interface Searched {
  /** Where reading began. */
  readonly from: bigint;
  /** Every entry below this number. */
  readonly size: bigint;
}

/** A CT log holds certificates, with which nothing may ever have been signed. */
export function holdsSignatures({ kind }: { readonly kind: string }): boolean {
  return kind !== 'ct';
}

export function searchedWords(logs: readonly Searched[]): string {
  const [only] = logs;
  if (only === undefined) return 'in no log, since none is followed yet';
  const size = logs.reduce((sum, log) => sum + log.size - log.from, 0n);
  if (logs.length > 1) return `in ${grouped(logs.length)} logs, ${grouped(size)} entries in all`;
  if (size === 0n) return 'in one log, which is still empty';
  const first = only.from === 0n ? '' : `from entry ${grouped(only.from)} `;
  return `in one log, ${first}up to entry ${grouped(only.size - 1n)}`;
}
