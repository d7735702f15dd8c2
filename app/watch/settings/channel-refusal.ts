/** Why a channel was not added, in words for a person. Programs read the code. */
export const refusals = {
  'bad-address':
    'That is no address to write to. A channel’s begins with https:// and has port 443 or 8443; of mail it is an e-mail address.',
  'not-public': 'That address is on this machine or in a private network, not on the public internet.',
  'key-missing': 'PagerDuty needs the integration key of the service.',
  'own-address': 'The watch already writes to that address.',
  'too-many': 'A watch has at most ten channels: remove one first.',
} as const;
export type ChannelRefusal = keyof typeof refusals;

export function wordsOfRefusal(code: string | null): string | undefined {
  return Object.entries(refusals).find(([known]) => known === code)?.[1];
}
