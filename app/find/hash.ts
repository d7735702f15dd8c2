/** Hashes people paste: of a certificate, of a leaf of a log (a Rekor UUID ends with it), of a key. A file's is none of these. */
import { fromHex } from '#lib/encoding/bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import { identityPath, identityText } from './question.ts';

type Reads = Pick<Dependencies, 'prisma'>;

export interface EntryPlace {
  readonly logId: string;
  readonly index: bigint;
}

/** The first entries with this certificate or this leaf; a log may hold a leaf twice, and several may hold it. */
export async function findByHash({ prisma }: Reads, hex: string, limit = 10): Promise<EntryPlace[]> {
  const hash = new Uint8Array(fromHex(hex) ?? []);
  const common = { select: { logId: true, index: true }, take: limit };
  // Three questions, each answered by its index.
  const [byCertificate, byOther, byLeaf] = await Promise.all([
    prisma.monitorEntry.findMany({ where: { certificateHash: hash }, ...common }),
    prisma.monitorSigner.findMany({ where: { certificateHash: hash }, ...common }),
    prisma.monitorEntry.findMany({ where: { leafHash: hash }, ...common }),
  ]);
  const found = [...byCertificate, ...byOther, ...byLeaf];
  return found.toSorted((a, b) => a.logId.localeCompare(b.logId) || Number(a.index - b.index));
}

export async function pathOfHash(deps: Reads, hex: string): Promise<string | undefined> {
  const [entry] = await findByHash(deps, hex, 1);
  if (entry !== undefined) return `/e/${encodeURIComponent(entry.logId)}/${entry.index}`;
  const [low, high] = await nameRange(hex);
  const key = await deps.prisma.monitorName.findFirst({
    where: { id: { gte: low, lte: high }, value: hex },
    select: { value: true },
  });
  return key === null ? undefined : identityPath(identityText({ kind: 'key', value: key.value }));
}

/** The lowest and the highest id that a name can have: monitor_name_low and monitor_name_high of the migration. */
async function nameRange(value: string): Promise<[string, string]> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value));
  const half = Buffer.from(digest).toString('hex').slice(0, 16);
  const uuid = (rest: string) => `${half.slice(0, 8)}-${half.slice(8, 12)}-${half.slice(12)}-${rest}`;
  return [uuid('0000-000000000000'), uuid('ffff-ffffffffffff')];
}
