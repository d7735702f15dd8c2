import { expect, it } from 'vitest';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { inboxOf } from './inbox.ts';

it.each(['v.w@example.com', 'VW@example.com', 'vw+1@example.com', 'v.w+a.b@Example.com'])(
  'counts %s to the inbox that spelling shares',
  (text) => {
    const email = parseEmailAddress(text);
    expect(email === undefined ? undefined : inboxOf(email)).toBe('vw@example.com');
  },
);
