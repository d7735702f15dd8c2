/** Watches: who asked to be told about which identity. The web process alone writes them; a trigger tells workers/match. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { bothSpellings } from '#lib/identity/both-spellings.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { WatchTarget } from '#lib/identity/watch-target.ts';
import { queueConfirmation } from '#lib/server/mail/outbox.ts';
import type { Dependencies } from '../dependencies.ts';
import { confirmationLetter } from './confirmation-letter.ts';
import { inboxOf, type EmailAddress } from '#lib/identity/email-address.ts';
import { confirmationTime } from './limits.ts';

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
 * Always does the same: whether the address is known, watches already, or never existed, a new request is kept and at most
 * one mail queued. Only the limits make a difference, and none that shows: a request too many for one inbox waits for the
 * mail that is put off, and the link of any mail to that address is good for it before (confirmation.ts).
 */
export async function requestWatch(deps: Writes, { identity, email, client }: WatchRequest): Promise<void> {
  const token = toBase64Url(randomBytes(32));
  const stopToken = toBase64Url(randomBytes(32));
  const letter = await deps.renderLetter(confirmationLetter(identity, deps.config.web.url, token));
  const inbox = inboxOf(email);
  const watchId = randomUUID();
  await deps.sql.begin(async (transaction) => {
    const asker = { email: email.value, inbox, client };
    const mail = await confirmationTime(transaction, deps.statement, asker);
    if (mail === undefined) return;
    const { dueAt, goesWithOther } = mail;
    await transaction`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, token_hash, stop_token, mailed_at, expires_at)
      VALUES (${watchId}, ${identity.kind}, ${identity.value}, ${identity.value}, ${email.value}, ${inbox},
        ${sha256(utf8(token))}, ${stopToken}, ${goesWithOther ? null : dueAt}, ${dueAt}::timestamptz + interval '24 hours')`;
    if (goesWithOther) return;
    const headers = { 'Auto-Submitted': 'auto-generated' };
    const subject = `Confirm: watch ${visibleText(bothSpellings(identity.value), 80)}`;
    const written = { kind: 'confirm-watch', to: email.value, subject, ...letter, headers } as const;
    await queueConfirmation(transaction, written, { watchId, dueAt });
  });
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
