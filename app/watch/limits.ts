/**
 * How many confirmation mails may be asked for: by inbox (nobody's inbox is our weapon), by network, and by everyone
 * together. What is refused looks the same as what is not.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { networkOf } from '#lib/server/client-network.ts';
import type { Dependencies } from '../dependencies.ts';

const perInboxADay = 3;
const perNetworkAnHour = 30;
const everyoneAnHour = 2_000;

export interface Asker {
  readonly inbox: string;
  /** Address of the connection. */
  readonly client: string;
}

/** Counts this request and says whether it may cause a mail. One inbox is asked about by one transaction at a time. */
export async function mayMail(
  transaction: Transaction,
  statement: Dependencies['statement'],
  { inbox, client }: Asker,
): Promise<boolean> {
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`watch ${inbox}`}, 0))`;
  const [recent] = await transaction<{ mailed: number }[]>`
    SELECT count(*)::int AS mailed FROM account_watch
    WHERE mailbox = ${inbox} AND mailed_at > now() - interval '24 hours'`;
  const network = `network ${toHex(sha256(utf8(networkOf(client)))).slice(0, 32)}`;
  const uses = await transaction.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [
    ['everyone', network],
  ]);
  const used = (key: string) => uses.find((use) => use.key === key)?.used ?? 0;
  return (
    (recent?.mailed ?? 0) < perInboxADay &&
    used(network) <= perNetworkAnHour &&
    used('everyone') <= everyoneAnHour
  );
}
