import { headers } from 'next/headers';
import { dependencies } from '../dependencies.ts';

/** The mailbox holds login codes: it exists in demo mode alone, for a browser on this very machine. */
export async function mailboxIsOpenHere(): Promise<boolean> {
  return dependencies().config.demoMailbox && (await headers()).get('x-sigwatch-own-machine') === 'yes';
}
