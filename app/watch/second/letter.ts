import type { Letter } from '#lib/server/mail/letter.tsx';

export function secondLetter(watched: string, url: string): Letter {
  return {
    preheader: 'Nothing is sent to you until you confirm.',
    heading: `Be the second address for ${watched}?`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Whoever watches ${watched} named this address as a second one: alerts would go here too, so that somebody hears of a signature nobody meant even when the first mailbox is not safe or not read.`,
      },
      { kind: 'buttons', buttons: [{ label: 'Look and confirm', url }] },
      { kind: 'paragraph', text: 'The link opens a page with a button. It works for 24 hours.' },
      {
        kind: 'small',
        text: 'You do not know what this is? Do nothing: this is the only mail. We never ask for a password.',
      },
    ],
  };
}
