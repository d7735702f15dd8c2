/** A channel that takes nothing any more: whoever set it learns of it by mail, since it cannot say so itself. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { queueMail } from '#lib/server/mail/outbox.ts';
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
  const heading = `The ${names[kind]} of a watch ${state === 'gone' ? 'was switched off' : 'does not answer'}`;
  const settings = `${webUrl}${watch.team_id === null ? '/watches' : `/watch/settings?watch=${watch.id}`}`;
  const letter = await renderLetter({
    preheader: 'Alerts do not arrive there. By mail they still do.',
    heading,
    blocks: [
      {
        kind: 'paragraph',
        text: `${happened[state]} It belongs to your watch of ${visibleText(watch.value, 80)}.`,
      },
      { kind: 'paragraph', text: 'Alerts still come to this address by mail. You are told of this once.' },
      { kind: 'link', label: 'Look at its deliveries', url: settings },
      {
        kind: 'small',
        text: 'We never ask for a password.',
        link: { label: 'Stop these mails', url: `${webUrl}/watch/stop?token=${watch.stop_token}` },
      },
    ],
  });
  const mail = {
    kind: 'notice',
    to: watch.email,
    subject: `${heading}: ${visibleText(watch.value, 80)}`,
    ...letter,
    headers: { 'Auto-Submitted': 'auto-generated' },
  } as const;
  await queueMail(
    transaction,
    mail,
    deterministicId('lost-channel', channelId, watch.enabled_at.toISOString(), state),
  );
}

const happened = {
  gone: 'It answered that there is nobody there any more, so nothing more is sent to it until you switch it on again.',
  failed: 'A message to it was given up after its last attempt; the next one is tried again.',
} as const;
