/** One entry of a log as the monitor verified it. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import { findLog, type FollowedLog } from '../logs/store.ts';
import { textClaims, type Signing } from '../signings/signing.ts';

export interface LoggedEntry {
  readonly log: FollowedLog;
  readonly leafHash: Uint8Array;
  /** As the best of its signers signed it. */
  readonly signing: Signing;
  /** As each other did. */
  readonly others: readonly Signing[];
}

/** Undefined when we do not follow the log; `entry` undefined when we have not verified it that far. */
export async function findEntry(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  logId: string,
  index: bigint,
): Promise<{ log: FollowedLog; entry: LoggedEntry | undefined } | undefined> {
  const log = await findLog(deps, logId);
  if (log === undefined) return undefined;
  const [row, identities, signers] = await Promise.all([
    deps.prisma.monitorEntry.findUnique({ where: { logId_index: { logId, index } } }),
    deps.prisma.monitorIdentity.findMany({
      where: { logId, index },
      select: { kind: true, value: true, exact: true, signer: true },
      orderBy: [{ kind: 'asc' }, { value: 'asc' }],
    }),
    deps.prisma.monitorSigner.findMany({ where: { logId, index }, orderBy: { place: 'asc' } }),
  ]);
  if (row === null) return { log, entry: undefined };
  const signedBy = (signer: SignerRow & { place: number }): Signing => ({
    log: logId,
    index: Number(index),
    seenAt: row.seenAt.toISOString(),
    kind: row.kind,
    digest:
      row.digest === null ? null : { algorithm: row.digestAlgorithm ?? 'unknown', value: toHex(row.digest) },
    ...whatSays(signer),
    identities: identities
      .filter((name) => name.signer === signer.place)
      .map(({ kind, value, exact }) => ({ kind, value, exact: exact ?? value, trust: signer.trust })),
  });
  const signing = signedBy({ ...row, place: 0 });
  return { log, entry: { log, leafHash: row.leafHash, signing, others: signers.map(signedBy) } };
}

type SignerRow = Pick<Signing, 'trust' | 'issuer' | 'serial' | 'source'> & {
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  readonly claims: unknown;
};

function whatSays({ trust, issuer, notBefore, notAfter, serial, source, claims }: SignerRow) {
  return {
    trust,
    issuer,
    notBefore: notBefore?.toISOString() ?? null,
    notAfter: notAfter?.toISOString() ?? null,
    serial,
    source,
    claims: textClaims(claims),
  };
}
