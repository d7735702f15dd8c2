/** A second address of a watch: asked once, told only after its reader pressed yes, and stopped by its reader alone. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { inboxOf, type EmailAddress } from '#lib/identity/email-address.ts';
import type { Transaction } from '#lib/server/database.ts';
import { channelToken } from '#lib/server/mail/channel-token.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { recordAct } from '../../account/audit.ts';
import type { Dependencies } from '../../dependencies.ts';
import { mayMail } from '../limits.ts';
import { placeOf } from '../settings/channels.ts';
import { secondLetter } from './letter.ts';

const askedADay = 3;

export interface SecondAddress {
  readonly channelId: string;
  readonly address: string;
  readonly watched: string;
  readonly state: 'pending' | 'expired' | 'confirmed' | 'stopped';
}

/** The one mail to an address that has not said yes. What a limit refuses looks the same as what it does not. */
export async function askSecond(
  transaction: Transaction,
  deps: Pick<Dependencies, 'config' | 'sealing' | 'statement' | 'renderLetter'>,
  { id, watched, address, client }: { id: string; watched: string; address: EmailAddress; client: string },
): Promise<void> {
  const inbox = inboxOf(address);
  if (!(await mayMail(transaction, deps.statement, { inbox, client }))) return;
  const key = `second ${toHex(sha256(utf8(inbox))).slice(0, 32)}`;
  await transaction.unsafe(deps.statement('take-from-limit'), [[key]]);
  const [today] = await transaction<{ asked: number }[]>`
    SELECT sum(used)::int AS asked FROM account_limit
    WHERE key = ${key} AND opens_at > now() - interval '24 hours'`;
  if ((today?.asked ?? 0) > askedADay) return;
  const url = `${deps.config.web.url}/watch/second?channel=${id}&token=${channelToken(deps.sealing, id)}`;
  const letter = await deps.renderLetter(secondLetter(watched, url));
  const subject = `Confirm: second address for ${visibleText(watched, 80)}`;
  const headers = { 'Auto-Submitted': 'auto-generated' };
  await queueMail(transaction, { kind: 'confirm-watch', to: address.value, subject, ...letter, headers });
}

interface Row {
  readonly address: string;
  readonly value: string;
  readonly watch_id: string;
  readonly team_id: string | null;
  readonly state: SecondAddress['state'];
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for an unknown channel and for a wrong token alike. */
export async function findSecond(
  { sql, sealing }: Pick<Dependencies, 'sql' | 'sealing'>,
  asked: { readonly channel: string | null; readonly token: string | undefined },
): Promise<SecondAddress | undefined> {
  const id = idOf({ sealing }, asked);
  const row = id === undefined ? undefined : await readRow(sql, id);
  if (id === undefined || row === undefined) return undefined;
  const address = sealing.open(placeOf(id, 'url'), row.address);
  return { channelId: id, address, watched: row.value, state: row.state };
}

async function readRow(sql: Dependencies['sql'] | Transaction, id: string): Promise<Row | undefined> {
  const [row] = await sql<Row[]>`
    SELECT channel.url AS address, watch.value, watch.id AS watch_id, watch.team_id,
      CASE WHEN channel.ended_at IS NOT NULL OR watch.state <> 'confirmed' THEN 'stopped'
           WHEN channel.confirmed_at IS NOT NULL THEN 'confirmed'
           WHEN channel.created_at < now() - interval '24 hours' THEN 'expired' ELSE 'pending' END AS state
    FROM account_channel channel JOIN account_watch watch ON watch.id = channel.watch_id
    WHERE channel.id = ${id} AND channel.kind = 'mail'`;
  return row;
}

function idOf(
  { sealing }: Pick<Dependencies, 'sealing'>,
  { channel, token }: { readonly channel: string | null; readonly token: string | undefined },
): string | undefined {
  if (channel === null || !uuid.test(channel) || token === undefined) return undefined;
  const [given, right] = [utf8(token), utf8(channelToken(sealing, channel))];
  return given.length === right.length && timingSafeEqual(given, right) ? channel : undefined;
}

export type SecondAct = 'confirm' | 'stop';

/** Does it once; pressed again nothing happens. What was stopped stays so. */
export async function actOnSecond(
  { sql, sealing }: Pick<Dependencies, 'sql' | 'sealing'>,
  asked: { readonly channel: string | null; readonly token: string | undefined },
  act: SecondAct,
): Promise<void> {
  const id = idOf({ sealing }, asked);
  if (id === undefined) return;
  await sql.begin(async (transaction) => {
    await transaction`SELECT 1 FROM account_channel WHERE id = ${id} FOR UPDATE`;
    const row = await readRow(transaction, id);
    if (row === undefined || row.state === 'stopped' || row.state === 'expired') return;
    if (act === 'confirm' && row.state === 'pending')
      await transaction`UPDATE account_channel SET confirmed_at = now() WHERE id = ${id}`;
    else if (act === 'stop') await transaction`UPDATE account_channel SET ended_at = now() WHERE id = ${id}`;
    else return;
    if (row.team_id !== null)
      await recordAct(transaction, {
        teamId: row.team_id,
        actor: { kind: 'mail' },
        act: act === 'confirm' ? 'channel.changed' : 'channel.ended',
        subject: row.watch_id,
      });
  });
}
