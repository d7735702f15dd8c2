import type { Letter } from '#lib/server/mail/letter.tsx';

/** The one mail to an address that has not confirmed: it asks, and asks nothing else. */
export function confirmationLetter(identity: string, webUrl: string, token: string): Letter {
  return {
    preheader: 'Nothing is sent to you until you confirm.',
    heading: `Watch ${identity}?`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Somebody, we hope you, asked us to write to this address whenever something is signed as ${identity}.`,
      },
      {
        kind: 'buttons',
        buttons: [{ label: 'Look and confirm', url: `${webUrl}/watch/confirm?token=${token}` }],
      },
      { kind: 'paragraph', text: 'The link opens a page with a button. It works for 24 hours and once.' },
      {
        kind: 'small',
        text: 'Not you? Do nothing: this is the only mail, and nothing is watched. We never ask for a password.',
      },
    ],
  };
}
