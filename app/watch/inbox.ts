import type { EmailAddress } from '#lib/identity/email-address.ts';

/**
 * What a limit on mails counts: spellings that often share one inbox count together (`v+1@`, `v.w@`). Only ever for
 * counting; a mail goes to the address as it was given.
 */
export function inboxOf({ value, domain }: EmailAddress): string {
  const local = value.slice(0, value.length - domain.length - 1);
  return `${(local.split('+')[0] ?? local).replaceAll('.', '')}@${domain}`;
}
