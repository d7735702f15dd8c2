/** Of which logs an answer about signatures is, in words: the same on the page of a name as where a browser found it itself. */
import { grouped } from '../ui/time.ts';

/** A CT log holds certificates, with which nothing may ever have been signed. */
export function holdsSignatures({ kind }: { readonly kind: string }): boolean {
  return kind !== 'ct';
}

export function searchedWords(sizes: readonly bigint[]): string {
  const size = sizes.reduce((sum, one) => sum + one, 0n);
  if (sizes.length === 0) return 'in no log, since none is followed yet';
  if (sizes.length > 1) return `in ${grouped(sizes.length)} logs, ${grouped(size)} entries in all`;
  return `in this log, ${size === 0n ? 'which is still empty' : `up to entry ${grouped(size - 1n)}`}`;
}
