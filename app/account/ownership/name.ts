/** What can be proved to be somebody's, spelt as watches spell it (lib/identity/watch-target.ts). */
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { watchTarget } from '#lib/identity/watch-target.ts';
import type { Owned } from './owned.ts';
import { isPublicSuffix } from './public-suffix.ts';

export const ownedKinds = ['email', 'domain', 'repository', 'organisation', 'workflow', 'login'] as const;

export const ownedWords: Readonly<Record<Owned['kind'], string>> = {
  email: 'E-mail address',
  domain: 'Domain',
  repository: 'Repository',
  organisation: 'Organisation',
  workflow: 'Workflow',
  login: 'Login elsewhere',
};

/** Why a name cannot be proved: it is none of that kind, or everybody's. */
export type NotOwnable = keyof typeof notOwnable;

export const notOwnable = {
  name: 'That is no name of that kind.',
  shared:
    'Anybody may have a name below that one, so it is nobody’s alone: prove your own, not the part that all of them share.',
} as const;

export function readOwned(kind: Owned['kind'], text: string): Owned | NotOwnable {
  const owned = spelt(kind, text);
  if (owned === undefined) return 'name';
  return owned.kind === 'domain' && isPublicSuffix(owned.value) ? 'shared' : owned;
}

function spelt(kind: Owned['kind'], text: string): Owned | undefined {
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
