/**
 * The certificate and timestamp authorities this instance ever served, in DATA_DIR/trust/authorities.json. A new chain
 * is a new entry; the one before it is closed, never removed: what it issued must verify for ever.
 */
import { z } from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { Authority } from '../keys/authority.ts';
import { readRemembered, remember } from './remembered.ts';

const chain = z.array(z.string().refine((text) => fromBase64(text) !== undefined)).min(1);
const entry = z.object({
  kind: z.enum(['code-signing', 'timestamps']),
  /** DER in base64, in the order a trusted root lists them. */
  chain,
  validFor: z.object({ start: z.iso.datetime(), end: z.iso.datetime().optional() }),
  /** Its key was stolen: its end is never moved, though it issues until clients know the next one. */
  stolen: z.literal(true).optional(),
});
const file = z.object({ authorities: z.array(entry) });

export type KnownAuthority = z.infer<typeof entry>;

// A certificate issued in the last second before a change is still used for its ten minutes.
const closingMarginMs = 15 * 60_000;

export interface CurrentAuthorities {
  readonly codeSigning: Authority;
  readonly timestamps: Authority;
  readonly announcedTimestamps?: readonly Authority[];
  /** Will issue later. They are listed before their first certificate, so that clients know them by then. */
  readonly announced?: readonly Authority[];
}

/** Adds what is new, closes what is replaced, and returns all, oldest first. */
export function rememberAuthorities(path: string, current: CurrentAuthorities, now: Date): KnownAuthority[] {
  const known = readRemembered(path, file)?.authorities ?? [];
  const issuing = [current.codeSigning, ...(current.announced ?? [])];
  const stamping = [current.timestamps, ...(current.announcedTimestamps ?? [])];
  const withCodeSigning = include(known, 'code-signing', issuing, now);
  const all = include(withCodeSigning, 'timestamps', stamping, now);
  if (JSON.stringify(all) !== JSON.stringify(known)) remember(path, { authorities: all });
  return all;
}

/** DER chains that issue no more and have certificates out that are younger than their ten minutes. */
export function closingChains(known: readonly KnownAuthority[], now: Date): Uint8Array[][] {
  return known
    .filter(
      ({ kind, validFor: { end } }) => kind === 'code-signing' && end !== undefined && now <= new Date(end),
    )
    .map((entry) => entry.chain.map((der) => fromBase64(der) ?? new Uint8Array()));
}

/** What a stolen key signed after the last good time is believed no more. Entries are closed, never removed. */
export function distrustSince(
  path: string,
  kind: KnownAuthority['kind'],
  chain: readonly Certificate[],
  lastGood: Date,
): void {
  const known = readRemembered(path, file)?.authorities ?? [];
  const stolen = chain.map(({ encoding }) => toBase64(encoding)).join();
  const authorities = known.map((entry) =>
    entry.kind === kind && entry.chain.join() === stolen
      ? { ...entry, stolen: true as const, validFor: { ...entry.validFor, end: lastGood.toISOString() } }
      : entry,
  );
  remember(path, { authorities });
}

function include(
  known: readonly KnownAuthority[],
  kind: KnownAuthority['kind'],
  open: readonly Authority[],
  now: Date,
): KnownAuthority[] {
  const end = new Date(now.getTime() + closingMarginMs).toISOString();
  const wanted = open.map((authority) => ({
    kind,
    chain: authority.chain.map(({ encoding }) => toBase64(encoding)),
    validFor: { start: authority.certificate.notBefore.toISOString() },
  }));
  const isWanted = (entry: KnownAuthority) =>
    entry.kind === kind && wanted.some(({ chain }) => chain.join() === entry.chain.join());
  const isOpen = (entry: KnownAuthority) => entry.validFor.end === undefined;
  // A chain that was closed and is used again is listed anew, open.
  const kept = known.filter((entry) => !isWanted(entry) || isOpen(entry) || entry.stolen);
  const closed = kept.map((entry) =>
    entry.kind === kind && isOpen(entry) && !isWanted(entry)
      ? { ...entry, validFor: { ...entry.validFor, end } }
      : entry,
  );
  const isListed = ({ chain }: KnownAuthority) => closed.some((entry) => entry.chain.join() === chain.join());
  return [...closed, ...wanted.filter((entry) => !isListed(entry))];
}
