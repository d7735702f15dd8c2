/**
 * The proof that a person reads an address: a code they type from a mail (not a link: mail scanners open links).
 * A code belongs to one interaction, hence to one browser; it works once, for ten minutes, for five attempts. An address
 * gets few mails, and whoever asks sees the same page whether one was sent or not. The issuer of the authority and the
 * pages each keep their codes in a table of their own.
 */
import { createHash, createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { inboxOf, type EmailAddress } from '#lib/identity/email-address.ts';
import type { Sql, Transaction } from './database.ts';
import { queueMail } from './mail/outbox.ts';

export const codeDigits = 8;
const codeMinutes = 10;
const codeAttempts = 5;

export interface LoginCodes {
  readonly sql: Sql;
  readonly table: 'ca_login_code' | 'account_login_code';
  /** Codes are few enough to try them all, so their hashes are keyed. */
  readonly secret: Uint8Array;
  readonly limits: MailLimits;
  readonly compose: (code: CodeToSend) => LoginMail | Promise<LoginMail>;
}

export interface MailLimits {
  /** Mails in any `windowHours`. */
  readonly perAddress: number;
  readonly overall: number;
  readonly windowHours: number;
}

export interface CodeToSend {
  readonly code: string;
  readonly reference: string;
  /** Who asks, e.g. `sigstore on localhost`. */
  readonly asker: string;
  readonly minutes: number;
}

export interface LoginMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SentCode {
  readonly email: string;
  /** Says which mail belongs to which page, to a person with several of each. */
  readonly reference: string;
}

export type Redeemed =
  | { readonly outcome: 'accepted'; readonly email: string }
  | { readonly outcome: 'wrong'; readonly attemptsLeft: number }
  | { readonly outcome: 'spent' };

/** Makes a code for this interaction and mails it, unless the address or the service had its share this hour. */
export async function sendCode(
  codes: LoginCodes,
  input: { readonly interaction: string; readonly email: EmailAddress; readonly asker: string },
): Promise<void> {
  const id = randomUUID();
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const mailbox = inboxOf(input.email);
  const mail = await codes.compose({
    code,
    reference: referenceOf(id),
    asker: input.asker,
    minutes: codeMinutes,
  });
  await codes.sql.begin(async (transaction) => {
    const mailed = await mayMail(transaction, codes, mailbox);
    await transaction`
      INSERT INTO ${transaction(codes.table)} (id, interaction, email, mailbox, mailed, code_hash, expires_at)
      VALUES (${id}, ${input.interaction}, ${input.email.value}, ${mailbox}, ${mailed},
              ${hashOf(codes, id, code)},
              now() + make_interval(mins => ${codeMinutes}))`;
    if (!mailed) return;
    await queueMail(transaction, { kind: 'login-code', to: input.email.value, ...mail }, id);
  });
}

/** The newest code of an interaction, whatever its state: what the page for typing it shows. */
export async function sentCode(codes: LoginCodes, interaction: string): Promise<SentCode | undefined> {
  const [row] = await codes.sql<{ id: string; email: string }[]>`
    SELECT id, email FROM ${codes.sql(codes.table)} WHERE interaction = ${interaction} ORDER BY created_at DESC LIMIT 1`;
  return row && { email: row.email, reference: referenceOf(row.id) };
}

interface Attempted {
  readonly id: string;
  readonly email: string;
  readonly code_hash: Buffer;
  readonly attempts: number;
  readonly mailed: boolean;
}

/** One attempt. It is counted before it is compared, so simultaneous guesses share the five attempts. */
export async function redeemCode(codes: LoginCodes, interaction: string, typed: string): Promise<Redeemed> {
  const [row] = await codes.sql<Attempted[]>`
    UPDATE ${codes.sql(codes.table)} SET attempts = attempts + 1
    WHERE id = (SELECT id FROM ${codes.sql(codes.table)} WHERE interaction = ${interaction}
                ORDER BY created_at DESC LIMIT 1)
      AND used_at IS NULL AND expires_at > now() AND attempts < ${codeAttempts}
    RETURNING id, email, code_hash, attempts, mailed`;
  if (row === undefined) return { outcome: 'spent' };
  // What was not sent cannot be typed, only guessed. The answer is the same: nobody learns whether an address had its share.
  if (!timingSafeEqual(hashOf(codes, row.id, typed), row.code_hash) || !row.mailed) {
    const attemptsLeft = codeAttempts - row.attempts;
    return attemptsLeft > 0 ? { outcome: 'wrong', attemptsLeft } : { outcome: 'spent' };
  }
  const used = await codes.sql`
    UPDATE ${codes.sql(codes.table)} SET used_at = now() WHERE id = ${row.id} AND used_at IS NULL RETURNING id`;
  return used.length === 1 ? { outcome: 'accepted', email: row.email } : { outcome: 'spent' };
}

/** Rows older than the limits look back serve nothing. */
export async function sweepCodes({
  sql,
  table,
  limits,
}: Omit<LoginCodes, 'secret' | 'compose'>): Promise<void> {
  await sql`
    DELETE FROM ${sql(table)} WHERE created_at < now() - make_interval(hours => ${limits.windowHours + 1})`;
}

/** Held to the end of the transaction, the lock makes simultaneous requests count one another. */
async function mayMail(
  transaction: Transaction,
  { table, limits }: LoginCodes,
  mailbox: string,
): Promise<boolean> {
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${table}, 0))`;
  const [row] = await transaction<{ here: number; overall: number }[]>`
    SELECT count(*) FILTER (WHERE mailbox = ${mailbox})::int AS here, count(*)::int AS overall
    FROM ${transaction(table)}
    WHERE mailed AND created_at > now() - make_interval(hours => ${limits.windowHours})`;
  return row !== undefined && row.here < limits.perAddress && row.overall < limits.overall;
}

function hashOf(codes: LoginCodes, id: string, code: string): Buffer {
  return createHmac('sha256', codes.secret).update(`${id}\n${code}`).digest();
}

/** No digits, lest it be taken for the code; no vowels, lest it be a word. */
const letters = 'BCDFGHJKMNPQRSTVWXZ';

function referenceOf(id: string): string {
  const bytes = createHash('sha256').update(id).digest().subarray(0, 4);
  return [...bytes].map((byte) => letters[byte % letters.length]).join('');
}
