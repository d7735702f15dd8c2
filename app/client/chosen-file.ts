/**
 * The file that was chosen to be signed, as far as signing needs it: its name, for the bundle, and its digest. Kept for
 * this tab, so that leaving for the login and coming back loses nothing; it ends with the tab or the signature.
 */
import * as z from 'zod';
import { fromHex, toHex } from '#lib/encoding/bytes.ts';

const place = 'sigwatch.file';
const kept = z.object({ name: z.string(), size: z.int().nonnegative(), digest: z.string() });

export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  /** SHA-256. */
  readonly digest: Uint8Array;
}

export function keepChosen({ name, size, digest }: ChosenFile): void {
  sessionStorage.setItem(place, JSON.stringify({ name, size, digest: toHex(digest) }));
}

export function forgetChosen(): void {
  sessionStorage.removeItem(place);
}

export function keptChosen(): ChosenFile | undefined {
  const text = sessionStorage.getItem(place);
  if (text === null) return undefined;
  const { name, size, digest } = kept.parse(JSON.parse(text));
  const bytes = fromHex(digest);
  return bytes?.length === 32 ? { name, size, digest: bytes } : undefined;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

export function sizeWords(size: number): string {
  const power = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
