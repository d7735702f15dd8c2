/**
 * How many confirmation mails may be asked for: by inbox (nobody's inbox is our weapon), by network, and by everyone
 * together. What is refused or put off looks the same as what is not.
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

export interface ConfirmationTime {
  readonly dueAt: Date;
  /** Another mail to this very address leaves then, and its link is good for this request too. */
  readonly goesWithOther: boolean;
}

/** When the mail of one more request may leave; undefined when that is a day away, or a network asks too much. */
export async function confirmationTime(
  transaction: Transaction,
  statement: Dependencies['statement'],
  { email, inbox, client }: Asker & { readonly email: string },
): Promise<ConfirmationTime | undefined> {
  await lockInbox(transaction, inbox);
  const [times] = await transaction.unsafe<{ waiting: Date | null; due_at: Date; is_near: boolean }[]>(
    statement('confirmation-due'),
    [inbox, email, String(perInboxADay)],
  );
  if (!(await countAndAllow(transaction, statement, client)) || times === undefined) return undefined;
  if (times.waiting !== null) return { dueAt: times.waiting, goesWithOther: true };
  return times.is_near ? { dueAt: times.due_at, goesWithOther: false } : undefined;
}

/** Counts this request and says whether it may cause a mail. One inbox is asked about by one transaction at a time. */
export async function mayMail(
  transaction: Transaction,
  statement: Dependencies['statement'],
  { inbox, client }: Asker,
): Promise<boolean> {
  await lockInbox(transaction, inbox);
  const [recent] = await transaction<{ mailed: number }[]>`
    SELECT count(*)::int AS mailed FROM account_watch
    WHERE mailbox = ${inbox} AND mailed_at > now() - interval '24 hours'`;
  const isAllowed = await countAndAllow(transaction, statement, client);
  return isAllowed && (recent?.mailed ?? 0) < perInboxADay;
}

async function lockInbox(transaction: Transaction, inbox: string): Promise<void> {
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`watch ${inbox}`}, 0))`;
}

async function countAndAllow(
  transaction: Transaction,
  statement: Dependencies['statement'],
  client: string,
): Promise<boolean> {
  const network = `network ${toHex(sha256(utf8(networkOf(client)))).slice(0, 32)}`;
  const uses = await transaction.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [
    ['everyone', network],
  ]);
  const used = (key: string) => uses.find((use) => use.key === key)?.used ?? 0;
  return used(network) <= perNetworkAnHour && used('everyone') <= everyoneAnHour;
}
