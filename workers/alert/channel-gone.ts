/**
 * A channel that takes nothing any more: the watch's own address learns of it by mail, since the channel cannot say so
 * itself; and in a team everybody who could set it right.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { queueMail, type Mail } from '#lib/server/mail/outbox.ts';
import type { Claimed } from './notice.ts';

interface Row {
  readonly id: string;
  readonly email: string;
  readonly value: string;
  readonly team_id: string | null;
  readonly stop_token: string;
  readonly enabled_at: Date;
}

const names: Readonly<Record<Claimed['channel_kind'], string>> = {
  webhook: 'webhook',
  slack: 'Slack channel',
  teams: 'Teams channel',
  discord: 'Discord channel',
  pagerduty: 'PagerDuty service',
  mail: 'second address',
};

/** Once for each time that it was switched on: the id of the mail follows from that, however many deliveries fail. */
export async function tellOfLostChannel(
  transaction: Transaction,
  { channel_id: channelId, channel_kind: kind }: Claimed,
  { state, webUrl }: { readonly state: 'gone' | 'failed'; readonly webUrl: string },
): Promise<void> {
  const [watch] = await transaction<Row[]>`
    SELECT watch.id, watch.email, watch.value, watch.team_id, watch.stop_token, channel.enabled_at
    FROM account_channel channel JOIN account_watch watch ON watch.id = channel.watch_id
    WHERE channel.id = ${channelId} AND channel.ended_at IS NULL AND watch.state = 'confirmed'`;
  if (watch === undefined) return;
  const told = (to: string) => lostMail(watch, { to, kind, state, webUrl });
  const about = ['lost-channel', channelId, watch.enabled_at.toISOString(), state] as const;
  await queueMail(transaction, await told(watch.email), deterministicId(...about));
  for (const address of await whoMaySetIt(transaction, watch))
    await queueMail(transaction, await told(address), deterministicId(...about, address));
}

/** The first address of each owner and responder; a viewer could do nothing about it. */
async function whoMaySetIt(transaction: Transaction, { team_id: teamId, email }: Row): Promise<string[]> {
  const rows = await transaction<{ address: string }[]>`
    SELECT DISTINCT ON (member.user_id) email.address
    FROM account_member member JOIN account_email email USING (user_id)
    WHERE member.team_id = ${teamId} AND member.role IN ('owner', 'responder')
      AND NOT EXISTS (SELECT 1 FROM account_email own
                      WHERE own.user_id = member.user_id AND own.address = ${email})
    ORDER BY member.user_id, email.confirmed_at`;
  return rows.map(({ address }) => address);
}

interface Lost {
  readonly to: string;
  readonly kind: Claimed['channel_kind'];
  readonly state: 'gone' | 'failed';
  readonly webUrl: string;
}

async function lostMail(watch: Row, { to, kind, state, webUrl }: Lost): Promise<Mail> {
  const isOwn = to === watch.email;
  const heading = `The ${names[kind]} of a watch ${state === 'gone' ? 'was switched off' : 'does not answer'}`;
  const settings = `${webUrl}${watch.team_id === null ? '/watches' : `/watch/settings?watch=${watch.id}`}`;
  const letter = await renderLetter({
    preheader: 'Alerts do not arrive there. By mail they still do.',
    heading,
    blocks: [
      {
        kind: 'paragraph',
        text: `${happened[state]} It belongs to ${isOwn ? 'your' : 'your team’s'} watch of ${visibleText(watch.value, 80)}.`,
      },
      {
        kind: 'paragraph',
        text: `Alerts still come ${isOwn ? 'to this address' : 'to the watch’s address'} by mail. You are told of this once.`,
      },
      { kind: 'link', label: 'Look at its deliveries', url: settings },
      {
        kind: 'small',
        text: 'We never ask for a password.',
        // Whoever holds it stops the watch: it is in mails to the watch's own address alone.
        ...(isOwn
          ? { links: [{ label: 'Stop these mails', url: `${webUrl}/watch/stop?token=${watch.stop_token}` }] }
          : {}),
      },
    ],
  });
  return {
    kind: 'notice',
    to,
    subject: `${heading}: ${visibleText(watch.value, 80)}`,
    ...letter,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

const happened = {
  gone: 'It answered that there is nobody there any more, so nothing more is sent to it until you switch it on again.',
  failed: 'A message to it was given up after its last attempt; the next one is tried again.',
} as const;
