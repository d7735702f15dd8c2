/**
 * What a team's alerts were mailed to is not the leaver's any more: watches that wrote to somebody who left, or who may
 * only look from now on, write to an owner; links in mails that they have open nothing; second addresses of theirs end.
 */
import type { Transaction } from '#lib/server/database.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Dependencies } from '../dependencies.ts';
import { placeKeyOf } from '../watch/settings/channels.ts';
import { recordAct, type Actor } from './audit.ts';
import { newToken } from './token.ts';

export type HandsOver = Pick<Dependencies, 'sql' | 'statement' | 'sealing' | 'renderLetter' | 'config'>;

interface Leaving {
  readonly teamId: string;
  readonly userId: string;
  readonly actor: Actor;
}

/** Before the person is out of the team, in the same transaction. */
export async function handOver(
  transaction: Transaction,
  deps: HandsOver,
  { teamId, userId, actor }: Leaving,
): Promise<void> {
  const rows = await transaction<{ address: string }[]>`
    SELECT address FROM account_email WHERE user_id = ${userId}`;
  const old = rows.map(({ address }) => address);
  await endSeconds(transaction, deps, teamId, old);
  const watches = await transaction<{ id: string }[]>`
    SELECT id FROM account_watch
    WHERE team_id = ${teamId} AND email = ANY(${old}) AND state = 'confirmed' FOR UPDATE`;
  const heir = watches.length === 0 ? undefined : await heirOf(transaction, teamId, userId);
  if (heir === undefined) return;
  for (const { id } of watches) {
    await transaction`
      UPDATE account_watch SET email = ${heir}, mailbox = ${heir}, stop_token = ${newToken().token}
      WHERE id = ${id}`;
    const detail = { readdressed: true };
    await recordAct(transaction, { teamId, actor, act: 'watch.changed', subject: id, detail });
  }
  const ids = watches.map(({ id }) => id);
  await transaction.unsafe(deps.statement('alert-hand-over'), [ids, heir, old]);
  await tell(transaction, deps, { teamId, heir, count: ids.length });
}

/** Owners before responders, and who has been there longest first; undefined where nobody else has an address. */
async function heirOf(transaction: Transaction, teamId: string, userId: string): Promise<string | undefined> {
  const [heir] = await transaction<{ address: string }[]>`
    SELECT email.address FROM account_member member JOIN account_email email USING (user_id)
    WHERE member.team_id = ${teamId} AND member.user_id <> ${userId} AND member.role IN ('owner', 'responder')
    ORDER BY member.role = 'owner' DESC, member.since, member.user_id, email.confirmed_at LIMIT 1`;
  return heir?.address;
}

async function endSeconds(
  transaction: Transaction,
  { sealing }: HandsOver,
  teamId: string,
  addresses: readonly string[],
): Promise<void> {
  const places = addresses.map((url) => placeKeyOf(sealing, 'mail', { url, secret: '' }));
  await transaction`
    UPDATE account_channel channel SET ended_at = now() FROM account_watch watch
    WHERE watch.id = channel.watch_id AND watch.team_id = ${teamId} AND channel.kind = 'mail'
      AND channel.ended_at IS NULL AND channel.place_key = ANY(${places})`;
}

async function tell(
  transaction: Transaction,
  { renderLetter, config }: HandsOver,
  { teamId, heir, count }: { teamId: string; heir: string; count: number },
): Promise<void> {
  const [team] = await transaction<{ name: string }[]>`SELECT name FROM account_team WHERE id = ${teamId}`;
  const heading = `Alerts of ${visibleText(team?.name ?? 'your team', 80)} come to you now`;
  const said = `${count === 1 ? 'A watch' : `${count} watches`} of the team wrote to somebody who left it or may only look. From now on you are told instead, and links in their mails open nothing any more.`;
  const letter = await renderLetter({
    preheader: said,
    heading,
    blocks: [
      { kind: 'paragraph', text: said },
      {
        kind: 'paragraph',
        text: 'They may still know the secret address of a feed and the secrets of webhooks: renew those in the settings of each watch.',
      },
      { kind: 'link', label: 'Your watches', url: `${config.web.url}/watches` },
    ],
  });
  const headers = { 'Auto-Submitted': 'auto-generated' };
  await queueMail(transaction, { kind: 'notice', to: heir, subject: heading, ...letter, headers });
}
