/**
 * The certificate and timestamp authorities this instance ever served, in DATA_DIR/trust/authorities.json. A new chain
 * is a new entry; the one before it is closed, never removed: what it issued must verify for ever.
 */
import { z } from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import type { Authority } from '../keys/authority.ts';
import { readRemembered, remember } from './remembered.ts';

const chain = z.array(z.string().refine((text) => fromBase64(text) !== undefined)).min(1);
const entry = z.object({
  kind: z.enum(['code-signing', 'timestamps']),
  /** DER in base64, in the order a trusted root lists them. */
  chain,
  validFor: z.object({ start: z.iso.datetime(), end: z.iso.datetime().optional() }),
});
const file = z.object({ authorities: z.array(entry) });

export type KnownAuthority = z.infer<typeof entry>;

// A certificate issued in the last second before a change is still used for its ten minutes.
const closingMarginMs = 15 * 60_000;

export interface CurrentAuthorities {
  readonly codeSigning: Authority;
  readonly timestamps: Authority;
}

/** Adds what is new, closes what it replaces, and returns all, oldest first. */
export function rememberAuthorities(path: string, current: CurrentAuthorities, now: Date): KnownAuthority[] {
  const known = readRemembered(path, file)?.authorities ?? [];
  const withCodeSigning = include(known, 'code-signing', current.codeSigning, now);
  const all = include(withCodeSigning, 'timestamps', current.timestamps, now);
  if (JSON.stringify(all) !== JSON.stringify(known)) remember(path, { authorities: all });
  return all;
}

function include(
  known: readonly KnownAuthority[],
  kind: KnownAuthority['kind'],
  authority: Authority,
  now: Date,
): KnownAuthority[] {
  const chain = authority.chain.map(({ encoding }) => toBase64(encoding));
  const same = known.find((entry) => entry.kind === kind && entry.chain.join() === chain.join());
  if (same !== undefined && same.validFor.end === undefined) return [...known];
  const end = new Date(now.getTime() + closingMarginMs).toISOString();
  const closed = known.map((entry) =>
    entry.kind === kind && entry.validFor.end === undefined
      ? { ...entry, validFor: { ...entry.validFor, end } }
      : entry,
  );
  const start = authority.certificate.notBefore.toISOString();
  return [...closed.filter((entry) => entry !== same), { kind, chain, validFor: { start } }];
}
