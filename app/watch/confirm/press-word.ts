/**
 * The word that the confirming page's form carries, made anew from the link: nothing of it is kept. A program that tries the
 * links of mails with a bare POST has not read the page and cannot send it; a person who presses the button does.
 */
import type { Sealing } from '#lib/server/sealing.ts';

export function pressWord({ mac }: Pick<Sealing, 'mac'>, token: string): string {
  return mac(`confirm ${token}`).slice(0, 32);
}
