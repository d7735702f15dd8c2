/**
 * The words in mails to a second address, made anew from what they are for: nothing of them is kept, and nobody without
 * the data key makes one. One answers one alert, the other is about the channel itself.
 */
import type { Sealing } from '../sealing.ts';

type Mac = Pick<Sealing, 'mac'>;

export function channelToken({ mac }: Mac, channelId: string): string {
  return mac(`channel ${channelId}`);
}

export function channelAnswerToken({ mac }: Mac, channelId: string, alertId: string): string {
  return mac(`answer ${channelId} ${alertId}`);
}
