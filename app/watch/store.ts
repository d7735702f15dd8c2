/** Watches: who asked to be told about which identity. The web process alone writes them; a trigger tells workers/match. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { WatchTarget } from '#lib/identity/watch-target.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { adoptForAddress } from '../account/user.ts';
import type { Dependencies } from '../dependencies.ts';
import { confirmationLetter } from './confirmation-letter.ts';
import { inboxOf, type EmailAddress } from '#lib/identity/email-address.ts';
import { mayMail } from './limits.ts';

/** Longer than any request for a watch takes. */
export const answerFloorMs = 150;

export interface WatchRequest {
  readonly identity: WatchTarget;
  readonly email: EmailAddress;
  readonly client: string;
}

export interface Watch {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  readonly state: 'pending' | 'expired' | 'confirmed' | 'stopped';
  readonly stopToken: string;
  /** Gets the weekly mail. */
  readonly digest: boolean;
  readonly teamId: string | null;
}

type Writes = Pick<Dependencies, 'config' | 'sql' | 'statement' | 'renderLetter'>;

/**
 * Always does the same: whether the address is known, watches already, or never existed, a new request is kept and one
 * mail queued. Only the limits make a difference, and none that shows.
 */
export async function requestWatch(deps: Writes, { identity, email, client }: WatchRequest): Promise<void> {
  const token = toBase64Url(randomBytes(32));
  const stopToken = toBase64Url(randomBytes(32));
  const letter = await deps.renderLetter(confirmationLetter(identity, deps.config.web.url, token));
  const inbox = inboxOf(email);
  await deps.sql.begin(async (transaction) => {
    if (!(await mayMail(transaction, deps.statement, { inbox, client }))) return;
    await transaction`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, token_hash, stop_token, mailed_at, expires_at)
      VALUES (${randomUUID()}, ${identity.kind}, ${identity.value}, ${identity.value}, ${email.value}, ${inbox},
        ${sha256(utf8(token))}, ${stopToken}, now(), now() + interval '24 hours')`;
    const headers = { 'Auto-Submitted': 'auto-generated' };
    const subject = `Confirm: watch ${visibleText(identity.value, 80)}`;
    await queueMail(transaction, { kind: 'confirm-watch', to: email.value, subject, ...letter, headers });
  });
}

interface Confirmed {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
  readonly stop_token: string;
}

/** When this very press confirmed it, the token that stops it. An older watch of the same address for the same identity gives way. */
export async function confirmWatch(
  { sql, statement }: Pick<Writes, 'sql' | 'statement'>,
  token: string,
): Promise<string | undefined> {
  return sql.begin(async (transaction) => {
    const [watch] = await transaction.unsafe<Confirmed[]>(statement('confirm-watch'), [
      Buffer.from(sha256(utf8(token))),
    ]);
    if (watch === undefined) return undefined;
    const { id, kind, value, email } = watch;
    await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`${email} ${kind} ${value}`}, 0))`;
    await transaction`
      UPDATE account_watch SET state = 'stopped', stopped_at = now()
      WHERE value = ${value} AND kind = ${kind} AND email = ${email} AND state = 'confirmed' AND id <> ${id}`;
    await adoptForAddress(transaction, email);
    return watch.stop_token;
  });
}

export async function stopWatch(
  { sql, statement }: Pick<Writes, 'sql' | 'statement'>,
  stopToken: string,
): Promise<void> {
  await sql.unsafe(statement('stop-watch'), [stopToken]);
}

type Key = { readonly confirmToken: string } | { readonly stopToken: string };

export async function findWatch(
  { prisma, now }: Pick<Dependencies, 'prisma' | 'now'>,
  key: Key,
): Promise<Watch | undefined> {
  const where =
    'confirmToken' in key
      ? { tokenHash: new Uint8Array(sha256(utf8(key.confirmToken))) }
      : { stopToken: key.stopToken };
  const row = await prisma.accountWatch.findUnique({ where });
  if (row === null) return undefined;
  const { id, kind, value, email, stopToken, digest, teamId } = row;
  return { id, kind, value, email, stopToken, digest, teamId, state: stateOf(row, now()) };
}

function stateOf(row: { state: string; expiresAt: Date }, now: Date): Watch['state'] {
  if (row.state === 'confirmed' || row.state === 'stopped') return row.state;
  return row.expiresAt > now ? 'pending' : 'expired';
}
