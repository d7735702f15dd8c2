export const channelAskedAnHour = 20;
export const waysAskedAnHour = 5;

/** Why a channel was not added, in words for a person. Programs read the code. */
export const refusals = {
  'bad-address':
    'That is no address to write to. A channel’s begins with https:// and has port 443 or 8443; of mail it is an e-mail address.',
  'not-public': 'That address is on this machine or in a private network, not on the public internet.',
  'this-instance': 'That address is this instance itself: its pages, authority, log or database.',
  'key-missing': 'PagerDuty needs the integration key of the service.',
  'own-address': 'The watch already writes to that address.',
  'too-many': 'A watch has at most ten channels: remove one first.',
} as const;
export type ChannelRefusal = keyof typeof refusals;

/** Of a test or a repeat: they are counted by the hour. */
export function tooOften(now: Date): { readonly words: string; readonly seconds: number } {
  const hour = 3_600_000;
  const next = new Date((Math.floor(now.getTime() / hour) + 1) * hour);
  return {
    words: `A channel is tested or told again at most ${channelAskedAnHour} times an hour, and all ways together ${waysAskedAnHour} times. The next is possible at ${next.toISOString().slice(11, 16)} UTC.`,
    seconds: Math.ceil((next.getTime() - now.getTime()) / 1000),
  };
}

/** What the page says after a press that did nothing. */
export function wordsOfRefusal(code: string | null, now: Date): string | undefined {
  if (code === 'too-often') return tooOften(now).words;
  const why = Object.entries(refusals).find(([known]) => known === code)?.[1];
  return why === undefined ? undefined : `Not added. ${why}`;
}
