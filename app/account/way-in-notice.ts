/** Tells a person at all their addresses that a way into their account came or went: who was not asked finds out. */
import { queueMail } from '#lib/server/mail/outbox.ts';
import type { Dependencies } from '../dependencies.ts';

type Uses = Pick<Dependencies, 'sql' | 'config' | 'renderLetter'>;

const words = {
  address: 'An address was added to your account: whoever reads it can sign in.',
  login: 'A login at another place was added to your account: it can sign in.',
  passkey: 'A passkey was added to your account: it can sign in.',
  'login-gone': 'A login at another place was removed from your account.',
  'passkey-gone': 'A passkey was removed from your account.',
} as const;

export async function tellOfWayIn(deps: Uses, userId: string, what: keyof typeof words): Promise<void> {
  const letter = await deps.renderLetter({
    preheader: words[what],
    heading: 'The ways into your account changed',
    blocks: [
      { kind: 'paragraph', text: words[what] },
      {
        kind: 'paragraph',
        text: 'Was it you? Then there is nothing to do. If not: sign in, remove what you do not know and end all other sessions.',
      },
      { kind: 'link', label: 'Your ways to sign in', url: `${deps.config.web.url}/settings` },
    ],
  });
  const addresses = await deps.sql<{ address: string }[]>`
    SELECT address FROM account_email WHERE user_id = ${userId}`;
  for (const { address } of addresses)
    await queueMail(deps.sql, {
      kind: 'notice',
      to: address,
      subject: 'The ways into your account changed',
      ...letter,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
}
