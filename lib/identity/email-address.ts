/**
 * One strict grammar for addresses, checked before anything is mailed, watched or certified: RFC 5321 §4.1.2 Mailbox
 * with a dot-atom local part and a domain name of at least one label, ASCII only. Quoted local parts, comments, groups and address
 * literals are refused: mail software disagrees about them, which has sent mail to the wrong domain.
 */

const atom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export interface EmailAddress {
  /** As given, trimmed. */
  readonly shown: string;
  /** Lower case throughout: providers treat local parts so, and a watch must not miss a spelling. */
  readonly value: string;
  readonly domain: string;
}

export function parseEmailAddress(text: string): EmailAddress | undefined {
  const shown = text.trim();
  if (shown.length > 254) return undefined;
  const at = shown.indexOf('@');
  const local = shown.slice(0, at);
  const domain = shown.slice(at + 1);
  if (at < 1 || local.length > 64 || !local.split('.').every((part) => atom.test(part))) return undefined;
  if (!domain.split('.').every((part) => label.test(part))) return undefined;
  return { shown, value: shown.toLowerCase(), domain: domain.toLowerCase() };
}

/** Of a name that people choose: whether a reader would take it for somebody's address, whichever sign it has for `@`. */
export function looksLikeAddress(name: string): boolean {
  return /\S@\S/.test(name.normalize('NFKC'));
}

/**
 * What a limit on mails counts: spellings that reach one inbox at the large providers count together (`v+1@`, `v.w@`).
 * Only ever for counting; a mail goes to the address as it was given.
 */
export function inboxOf({ value, domain }: EmailAddress): string {
  const local = value.slice(0, value.length - domain.length - 1);
  const [untagged = local] = local.split('+');
  return `${untagged.replaceAll('.', '') || local}@${domain}`;
}
