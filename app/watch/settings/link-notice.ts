/**
 * What a mailed link sets, the address of the watch hears of: who was not asked finds out. Each press counts, so that the
 * mails cannot be drowned in more of them.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Transaction } from '#lib/server/database.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import type { Act } from '../../account/audit.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

const pressesAnHour = 30;

const words: Partial<Record<Act, string>> = {
  'rule.accepted': 'A rule was added: what it expects is not mailed any more.',
  'rule.ended': 'A rule was taken back.',
  'channel.added': 'A channel was added: alerts go there too.',
  'channel.changed': 'A channel was changed.',
  'channel.ended': 'A channel was removed: alerts go there no more.',
  'watch.changed': 'When you are told was changed.',
};

export async function maySetByLink(
  transaction: Transaction,
  { statement }: Pick<Dependencies, 'statement'>,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<boolean> {
  const uses = await transaction.unsafe<{ used: number }[]>(statement('take-from-limit'), [
    [`settings by link ${id}`],
  ]);
  return (uses[0]?.used ?? pressesAnHour + 1) <= pressesAnHour;
}

export async function tellOfChange(
  transaction: Transaction,
  { config, renderLetter }: Pick<Dependencies, 'config' | 'renderLetter'>,
  { email, value }: Pick<OwnWatch, 'email' | 'value'>,
  act: Act,
): Promise<void> {
  const said = words[act] ?? 'Its settings were changed.';
  const letter = await renderLetter({
    preheader: said,
    heading: `The watch of ${visibleText(value, 80)} was changed`,
    blocks: [
      { kind: 'paragraph', text: `${said} It was done with the link of an alert mailed to you.` },
      {
        kind: 'paragraph',
        text: 'Was it you? Then there is nothing to do. If not: sign in with this address and set it right; from then on links of mails set nothing.',
      },
      { kind: 'link', label: 'Sign in', url: `${config.web.url}/sign-in?next=%2Fwatches` },
    ],
  });
  await queueMail(transaction, {
    kind: 'notice',
    to: email,
    subject: `Changed: watch of ${visibleText(value, 80)}`,
    ...letter,
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
}
