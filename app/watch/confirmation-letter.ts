import { bothSpellings } from '#lib/identity/both-spellings.ts';
import { pgpUserText } from '#lib/identity/normalise.ts';
import type { WatchTarget } from '#lib/identity/watch-target.ts';
import type { Letter } from '#lib/server/mail/letter.tsx';

/** The one mail to an address that has not confirmed: it asks, and asks nothing else. */
export function confirmationLetter(target: WatchTarget, webUrl: string, token: string): Letter {
  const { kind } = target;
  const value = bothSpellings(target.value);
  return {
    preheader: 'Nothing is sent to you until you confirm.',
    heading: `Watch ${value}?`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Somebody, we hope you, asked us to write to this address whenever ${eventOf({ kind, value })}.`,
      },
      {
        kind: 'buttons',
        buttons: [{ label: 'Look and confirm', url: `${webUrl}/watch/confirm?token=${token}` }],
      },
      {
        kind: 'paragraph',
        text: 'The link opens a page with a button, and names all that was asked for with this address. It works for 24 hours and once.',
      },
      {
        kind: 'small',
        text: 'Not you? Do nothing, and nothing is watched. However often somebody asks, you get three such mails a day at most. We never ask for a password.',
      },
    ],
  };
}

function eventOf({ kind, value }: WatchTarget): string {
  if (kind === 'package') return `a signed statement names ${value}`;
  if (kind === 'pgp-user')
    return `something is signed with a PGP key that calls itself ${pgpUserText(value)}, which nobody checks`;
  return kind === 'digest' ? `the file ${value} is signed` : `something is signed as ${value}`;
}
