/**
 * A second address. It hears what the first one hears, in a mail of its own that answers for itself and stops itself; the
 * mail goes the way of all mail, so handing it to the outbox is all there is to deliver.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { asSpelled } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { channelAnswerToken, channelToken } from '#lib/server/mail/channel-token.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { queueMail } from '#lib/server/mail/outbox.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import type { News } from '../news.ts';
import { alertHeaders, type RenderedMail } from '../footer.ts';
import { renderAlert } from '../render.ts';
import { renderTest } from '../test-letter.ts';
import type { Notice } from './channel.ts';

export interface Second {
  readonly deliveryId: string;
  readonly channelId: string;
  readonly address: string;
}

export async function handToMail(
  transaction: Transaction,
  sealing: Sealing,
  second: Second,
  notice: Notice,
): Promise<void> {
  const { subject, text, html, headers } = await render(sealing, second, notice);
  const mail = { kind: 'alert', to: second.address, subject, text, html, headers } as const;
  await queueMail(transaction, mail, deterministicId('second-mail', second.deliveryId));
}

async function render(
  sealing: Sealing,
  { channelId, address }: Second,
  { alert, news, occasion, webUrl }: Notice,
): Promise<RenderedMail> {
  const stop = `${webUrl}/watch/second?channel=${channelId}&token=${channelToken(sealing, channelId)}`;
  if (news !== undefined) return newsLetter(news, webUrl, stop);
  if (alert === undefined)
    return renderTest({ watched: undefined, ways: [`mail to ${address}, a second address`], stop, webUrl });
  const { id: alertId, verdict, reasons, facts, event } = alert;
  const footer = {
    text: `You get this mail since this is a second address for ${visibleText(asSpelled(facts, facts.identity))}.`,
    stop: { label: 'Stop these mails', url: stop },
    oneClick: stop,
  };
  const token = channelAnswerToken(sealing, channelId, alertId);
  const mail = await renderAlert({ alertId, token, footer, webUrl, verdict, reasons, facts, event });
  return occasion === 'unanswered' ? { ...mail, subject: `Nobody has answered: ${mail.subject}` } : mail;
}

async function newsLetter(
  { title, text, since, url }: News,
  webUrl: string,
  stop: string,
): Promise<RenderedMail> {
  const letter = await renderLetter({
    preheader: 'This is about no signature.',
    heading: title,
    blocks: [
      { kind: 'paragraph', text },
      { kind: 'paragraph', text: `Since ${since}.` },
      { kind: 'link', label: 'How the logs are', url },
      {
        kind: 'small',
        text: 'You get this mail since this is a second address of a watch.',
        links: [{ label: 'Stop these mails', url: stop }],
      },
    ],
  });
  return { subject: title, ...letter, headers: alertHeaders(webUrl, stop) };
}
