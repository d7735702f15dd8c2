/**
 * The yes to what was asked for with an address. A mail's link is spent by the press on its page; that press is good for
 * everything else that waits for a yes of the same address and is named on the page, since one inbox gets few mails.
 */
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { adoptForAddress } from '../account/user.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Watch } from './store.ts';

type Uses = Pick<Dependencies, 'sql' | 'statement'>;

/** A page names so many beside its own; more wait for a mail of theirs. */
const mostNamed = 9;

export interface Waiting {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
}

/** What else waits for a yes of the address of this watch, newest first. */
export async function alsoWaiting(
  { sql }: Pick<Uses, 'sql'>,
  { id, kind, value, email }: Watch,
): Promise<Waiting[]> {
  return sql<Waiting[]>`
    SELECT id, kind, value FROM (
      SELECT DISTINCT ON (kind, value) id, kind, value, created_at FROM account_watch
      WHERE email = ${email} AND state = 'pending' AND expires_at > now() AND id <> ${id}
        AND (kind, value) IS DISTINCT FROM (${kind}::text, ${value}::text)
      ORDER BY kind, value, created_at DESC) AS waiting
    ORDER BY created_at DESC LIMIT ${mostNamed}`;
}

/** What the same press confirmed. */
export async function alsoConfirmed(
  { sql }: Pick<Uses, 'sql'>,
  { id }: Watch,
): Promise<readonly { readonly value: string; readonly stopToken: string }[]> {
  return sql<{ value: string; stopToken: string }[]>`
    SELECT other.value, other.stop_token AS "stopToken"
    FROM account_watch own JOIN account_watch other
      ON other.email = own.email AND other.confirmed_at = own.confirmed_at AND other.id <> own.id
    WHERE own.id = ${id} AND other.state = 'confirmed' ORDER BY other.value`;
}

interface Confirmed extends Waiting {
  readonly email: string;
  readonly stop_token: string;
}

/** When this very press confirmed it, the token that stops it. An older watch of the same address for the same gives way. */
export async function confirmWatches(
  { sql, statement }: Uses,
  token: string,
  also: readonly string[],
): Promise<string | undefined> {
  return sql.begin(async (transaction) => {
    const hash = Buffer.from(sha256(utf8(token)));
    const [own] = await transaction.unsafe<Confirmed[]>(statement('confirm-watch'), [hash]);
    if (own === undefined) return undefined;
    const others = await transaction<Confirmed[]>`
      UPDATE account_watch SET state = 'confirmed', confirmed_at = now()
      WHERE id = ANY(${also.slice(0, mostNamed)}::uuid[]) AND email = ${own.email} AND state = 'pending' AND expires_at > now()
      RETURNING id, kind, value, email, stop_token`;
    const confirmed = [own, ...others];
    await replaceOlder(transaction, confirmed);
    // Mails that were put off and now are not needed were never sent, and count for nothing.
    await transaction`
      UPDATE account_watch SET mailed_at = NULL
      WHERE email = ${own.email} AND state <> 'pending' AND mailed_at > now()`;
    await adoptForAddress(transaction, own.email);
    return own.stop_token;
  });
}

async function replaceOlder(transaction: Transaction, confirmed: readonly Confirmed[]): Promise<void> {
  const keyOf = ({ email, kind, value }: Confirmed) => `${email} ${kind} ${value}`;
  for (const watch of confirmed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const { id, kind, value, email } = watch;
    await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${keyOf(watch)}, 0))`;
    await transaction`
      UPDATE account_watch SET state = 'stopped', stopped_at = now()
      WHERE value = ${value} AND kind = ${kind} AND email = ${email} AND state = 'confirmed' AND id <> ${id}`;
  }
}
