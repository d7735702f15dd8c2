/** A test of the ways an alert takes: what arrives shows that the real one would, and says where else it went. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { alertHeaders, type RenderedMail } from './footer.ts';

export interface TestOfWays {
  /** Undefined for whoever is told of several names. */
  readonly watched: string | undefined;
  /** Every way an alert takes, in words. */
  readonly ways: readonly string[];
  readonly stop: string;
  readonly webUrl: string;
}

export async function renderTest({ watched, ways, stop, webUrl }: TestOfWays): Promise<RenderedMail> {
  const about = watched === undefined ? '' : ` as ${visibleText(watched, 100)}`;
  const letter = await renderLetter({
    preheader: 'Nothing was signed.',
    heading: 'This is a test: nothing was signed',
    blocks: [
      {
        kind: 'paragraph',
        text: `Somebody pressed “Send a test alert”. Had something been signed${about} that looks unlike you, you would now read what, when, from where, and why we think so, with two buttons to answer.`,
      },
      { kind: 'facts', rows: ways.map((way, at) => ({ label: `Way ${at + 1}`, value: way })) },
      {
        kind: 'paragraph',
        text: 'If a way is missing, or a test sent to it did not arrive, look at the settings of the watch.',
      },
      {
        kind: 'small',
        text: 'We never ask for a password.',
        links: [{ label: 'Stop these mails', url: stop }],
      },
    ],
  });
  return {
    subject: `Test alert${about}: nothing was signed`,
    ...letter,
    headers: alertHeaders(webUrl, stop),
  };
}
