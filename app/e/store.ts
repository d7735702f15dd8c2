/** One entry of a log as the monitor verified it. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import { findLog, type FollowedLog } from '../logs/store.ts';
import { textClaims, type Signing } from '../signings/signing.ts';

export interface LoggedEntry {
  readonly log: FollowedLog;
  readonly leafHash: Uint8Array;
  readonly signing: Signing;
}

/** Undefined when we do not follow the log; `entry` undefined when we have not verified it that far. */
export async function findEntry(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  logId: string,
  index: bigint,
): Promise<{ log: FollowedLog; entry: LoggedEntry | undefined } | undefined> {
  const log = await findLog(deps, logId);
  if (log === undefined) return undefined;
  const [row, identities] = await Promise.all([
    deps.prisma.monitorEntry.findUnique({ where: { logId_index: { logId, index } } }),
    deps.prisma.monitorIdentity.findMany({
      where: { logId, index },
      select: { kind: true, value: true, exact: true },
      orderBy: [{ kind: 'asc' }, { value: 'asc' }],
    }),
  ]);
  if (row === null) return { log, entry: undefined };
  const signing: Signing = {
    log: logId,
    index: Number(index),
    seenAt: row.seenAt.toISOString(),
    kind: row.kind,
    trust: row.trust,
    digest:
      row.digest === null ? null : { algorithm: row.digestAlgorithm ?? 'unknown', value: toHex(row.digest) },
    issuer: row.issuer,
    notBefore: row.notBefore?.toISOString() ?? null,
    notAfter: row.notAfter?.toISOString() ?? null,
    serial: row.serial,
    source: row.source,
    claims: textClaims(row.claims),
    identities: identities.map(({ exact, ...name }) => ({ ...name, exact: exact ?? name.value })),
  };
  return { log, entry: { log, leafHash: row.leafHash, signing } };
}
