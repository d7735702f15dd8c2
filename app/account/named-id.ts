import { AccountError } from './account-error.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id out of an address: what is none names nothing, as one of others does. */
export function namedId(text: string): string {
  if (!uuid.test(text)) throw new AccountError('not-found', 'There is no such thing.');
  return text;
}
