/** What can be proved to be somebody's, spelt as watches spell it (lib/identity/watch-target.ts). */
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { watchTarget } from '#lib/identity/watch-target.ts';
import type { Owned } from './owned.ts';

export const ownedKinds = ['email', 'domain', 'repository', 'organisation', 'workflow', 'login'] as const;

export const ownedWords: Readonly<Record<Owned['kind'], string>> = {
  email: 'E-mail address',
  domain: 'Domain',
  repository: 'Repository',
  organisation: 'Organisation',
  workflow: 'Workflow',
  login: 'Login elsewhere',
};

/** Undefined when it is no name of that kind. */
export function readOwned(kind: Owned['kind'], text: string): Owned | undefined {
  const typed = text.trim();
  switch (kind) {
    case 'email': {
      const address = parseEmailAddress(typed);
      return address && { kind, value: address.value };
    }
    case 'login':
      return asOwned(kind, watchTarget('issuer-subject', typed)?.value);
    case 'domain':
      // A proof of a domain covers what is below it, dot or no dot.
      return asOwned(kind, watchTarget('domain', typed.replace(/^\*?[@.]/, ''))?.value.replace(/^\./, ''));
    case 'repository':
    case 'organisation':
    case 'workflow':
      return asOwned(kind, watchTarget(kind, typed)?.value);
  }
}

function asOwned(kind: Owned['kind'], value: string | undefined): Owned | undefined {
  return value === undefined ? undefined : { kind, value };
}
