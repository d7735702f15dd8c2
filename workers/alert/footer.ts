/** How a mail of a watch ends: why it comes, the way to end that, the way to set it, and whom to ask. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { bothSpellings } from '#lib/identity/both-spellings.ts';
import type { Action, Block } from '#lib/server/mail/letter.tsx';

export interface Footer {
  /** Why it comes. */
  readonly text: string;
  readonly stop: Action;
  /** What a mail program presses for its reader (RFC 8058): it ends one watch, the one that the mail leads with. */
  readonly oneClick: string;
  /** Undefined for a reader who may set nothing: that of a second address. */
  readonly manage?: Action | undefined;
}

export interface FooterWatch {
  readonly value: string;
  readonly stopToken: string;
  /** Its settings; undefined where this mail proves no right to them. */
  readonly settings: string | undefined;
}

/**
 * Of mail to the address that watches. The link leads to a page that names every watch that the mail is about; what a mail
 * program does with no page stops the first alone, as is said: nobody is to lose watches that they did not mean.
 */
export function watchFooter(webUrl: string, watches: readonly FooterWatch[]): Footer {
  const tokens = watches.map(({ stopToken }) => `token=${stopToken}`).join('&');
  const [first] = watches;
  const isOne = watches.length === 1;
  const spelt = bothSpellings(first?.value ?? '');
  const name = visibleText(spelt);
  return {
    text: isOne
      ? `You get this mail since ${name} is watched with this address.`
      : `You get this mail since it matched ${watches.length} things that are watched with this address. “Unsubscribe” in a mail program stops the watch of ${name} alone.`,
    stop: {
      label: isOne ? 'Stop watching' : `Stop watching all ${watches.length}, or one of them`,
      url: `${webUrl}/watch/stop?${tokens}`,
    },
    oneClick: `${webUrl}/watch/stop?token=${first?.stopToken ?? ''}`,
    manage:
      first?.settings === undefined
        ? undefined
        : {
            label: isOne ? 'Manage this watch' : `Manage the watch of ${visibleText(spelt, 80)}`,
            url: `${webUrl}${first.settings}`,
          },
  };
}

/** A team's watch is set by its members, signed in; any other by who holds the secret of an alert, where a mail has one. */
export function settingsPath(
  { team_id: teamId, watch_id: watchId }: { readonly team_id: string | null; readonly watch_id: string },
  held?: { readonly alertId: string; readonly token: string },
): string | undefined {
  if (teamId !== null) return `/watch/settings?watch=${watchId}`;
  return held && `/watch/settings?alert=${held.alertId}&token=${held.token}`;
}

export function footerBlock({ text, stop, manage }: Footer, webUrl: string): Block {
  return {
    kind: 'small',
    text,
    links: [
      stop,
      ...(manage === undefined ? [] : [manage]),
      { label: 'Who we are, and whom to ask', url: `${webUrl}/about#ask` },
    ],
  };
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function alertHeaders(webUrl: string, stop: string): Record<string, string> {
  return {
    'List-Id': `Sigwatch alerts <alerts.${new URL(webUrl).hostname}>`,
    'List-Unsubscribe': `<${stop}>`,
    // RFC 8058 §3.1: app/watch/stop answers the POST of the mail program.
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
