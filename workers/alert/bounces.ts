/**
 * Mail that came back. An address it came back from is left alone for a day, then a week, a month, and after the fourth
 * time for good; its alerts go to the second channel meanwhile. A mail names itself in the address that bounces go to,
 * under a code that only we can make, so that nobody silences an address of others.
 */
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Sealing } from '#lib/server/sealing.ts';

const day = 86_400_000;
const waits = [day, 7 * day, 30 * day];
const forGood = 36_500 * day;
/** An address that worked for so long may start anew. */
const forgivenMs = 90 * day;

export async function bouncesNow(transaction: Transaction, address: string): Promise<boolean> {
  const rows =
    await transaction`SELECT 1 FROM mail_bounce WHERE address = ${address} AND quiet_until > now()`;
  return rows.length > 0;
}

export async function noteBounce(
  sql: Sql | Transaction,
  address: string,
  reason: string,
  now: Date,
): Promise<void> {
  const [known] = await sql<{ bounces: number; last_at: Date; quiet_until: Date }[]>`
    SELECT bounces, last_at, quiet_until FROM mail_bounce WHERE address = ${address} FOR UPDATE`;
  // Several mails of one day that come back are one time.
  if (known !== undefined && known.quiet_until > now) return;
  const isForgiven = known === undefined || now.getTime() - known.last_at.getTime() > forgivenMs;
  const bounces = isForgiven ? 1 : known.bounces + 1;
  const quietUntil = new Date(now.getTime() + (waits[bounces - 1] ?? forGood));
  await sql`
    INSERT INTO mail_bounce (address, bounces, reason, last_at, quiet_until)
    VALUES (${address}, ${bounces}, ${reason.slice(0, 500)}, ${now}, ${quietUntil})
    ON CONFLICT (address) DO UPDATE
    SET bounces = ${bounces}, reason = ${reason.slice(0, 500)}, last_at = ${now}, quiet_until = ${quietUntil}`;
}

/** `bounces@mail.example.com` becomes `bounces+ID-CODE@mail.example.com` (VERP). */
export function returnPathOf(sealing: Sealing, bounceAddress: string): (outboxId: string) => string {
  const [local = '', domain = ''] = bounceAddress.split('@');
  return (outboxId) => `${local}+${outboxId.replaceAll('-', '')}-${codeOf(sealing, outboxId)}@${domain}`;
}

/** The mail whose return path this is; undefined when it is not one of ours. */
export function mailOfReturnPath(sealing: Sealing, address: string): string | undefined {
  const [, hex = '', code = ''] = /\+([0-9a-f]{32})-([0-9a-f]{16})@/i.exec(address) ?? [];
  const id = dashed(hex);
  return id !== '' && codeOf(sealing, id) === code.toLowerCase() ? id : undefined;
}

/** Where a mail program may write to stop a watch (RFC 2369): good for that watch alone, as its address on the web is. */
export function stopPathOf(sealing: Sealing, bounceAddress: string): (watchId: string) => string {
  const [local = '', domain = ''] = bounceAddress.split('@');
  return (watchId) => `${local}+s-${watchId.replaceAll('-', '')}-${stopCodeOf(sealing, watchId)}@${domain}`;
}

/** The watch that is to be stopped; undefined for what is no such address. */
export function watchOfStopPath(sealing: Sealing, address: string): string | undefined {
  const [, hex = '', code = ''] = /\+s-([0-9a-f]{32})-([0-9a-f]{16})@/i.exec(address) ?? [];
  const id = dashed(hex);
  return id !== '' && stopCodeOf(sealing, id) === code.toLowerCase() ? id : undefined;
}

/** What stops the watch of such an address: none where it is gone; undefined when the address is none of ours. */
export async function stopTokensOf(
  { sql, sealing }: { readonly sql: Sql; readonly sealing: Sealing },
  recipient: string,
): Promise<string[] | undefined> {
  const id = watchOfStopPath(sealing, recipient);
  if (id === undefined) return undefined;
  const rows = await sql<{ stop_token: string }[]>`SELECT stop_token FROM account_watch WHERE id = ${id}`;
  return rows.map((row) => row.stop_token);
}

const dashed = (hex: string): string =>
  hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const stopCodeOf = (sealing: Sealing, watchId: string): string =>
  sealing.mac(`stop watch ${watchId}`).slice(0, 16);

const codeOf = (sealing: Sealing, outboxId: string): string => sealing.mac(`bounce ${outboxId}`).slice(0, 16);

/** RFC 3464: a report that says the delivery failed for good. What is delayed or relayed is no bounce. */
function isFailure(report: string): boolean {
  return /^Action:\s*failed\s*$/im.test(report) && /^Status:\s*5\.\d{1,3}\.\d{1,3}/im.test(report);
}

/** What became of a report that arrived at a return path. */
export async function takeReport(
  { sql, sealing }: { readonly sql: Sql; readonly sealing: Sealing },
  recipient: string,
  report: string,
  now: Date,
): Promise<'noted' | 'not-ours' | 'no-failure'> {
  const id = mailOfReturnPath(sealing, recipient);
  if (id === undefined) return 'not-ours';
  if (!isFailure(report)) return 'no-failure';
  return sql.begin(async (transaction) => {
    const [mail] = await transaction<
      { recipient: string }[]
    >`SELECT recipient FROM mail_outbox WHERE id = ${id}`;
    if (mail === undefined) return 'not-ours';
    const [status = ''] = /^Status:.*$/im.exec(report) ?? [];
    await noteBounce(transaction, mail.recipient, status.trim(), now);
    await transaction`UPDATE mail_outbox SET state = 'failed', last_error = 'came back' WHERE id = ${id}`;
    return 'noted';
  });
}
