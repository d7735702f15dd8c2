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

/** Why a name cannot be proved: it is none of that kind, or everybody's, or no path that a host gives. */
export type NotOwnable = keyof typeof notOwnable;

export const notOwnable = {
  name: 'That is no name of that kind.',
  path: 'A part of that path is empty, “.” or “..”, or has a letter that no repository’s name has, such as a percent sign.',
  long: 'That name is too long: a part of it has at most 100 letters, of a domain 63, all of it 512.',
  shared:
    'Anybody may have a name below that one, so it is nobody’s alone: prove your own, not the part that all of them share.',
} as const;

export function wordsOfProblem(code: unknown): string {
  return Object.entries(notOwnable).find(([known]) => known === code)?.[1] ?? notOwnable.name;
}

const longest = { part: 100, label: 63, name: 512 };
const paths: ReadonlySet<Owned['kind']> = new Set(['repository', 'organisation', 'workflow']);

/** A name is what the host's own addresses say. One that only becomes it by resolving or decoding is refused, not mended. */
export function readOwned(kind: Owned['kind'], text: string): Owned | NotOwnable {
  if (text.trim().length > longest.name) return 'long';
  if (kind === 'domain' && text.split('.').some((label) => label.length > longest.label + 2)) return 'long';
  if (paths.has(kind)) {
    const parts = partsOf(text.trim());
    if (parts.some((part) => part.length > longest.part)) return 'long';
    if (parts.some((part) => !isPart.test(part) || /^\.{1,2}$/.test(part))) return 'path';
  }
  const owned = spelt(kind, text);
  if (owned === undefined) return 'name';
  return owned.kind === 'domain' && isPublicSuffix(owned.value) ? 'shared' : owned;
}

const isPart = /^[\p{L}\p{N}._~+-]+$/u;

/** Without the scheme, a last slash and a workflow's ref. */
function partsOf(typed: string): string[] {
  return typed
    .replace(/^https?:\/\//i, '')
    .replace(/@.*$/, '')
    .replace(/\/$/, '')
    .split('/');
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
      // A workflow is one's own at every ref.
      return asOwned(kind, watchTarget(kind, typed)?.value.split('@')[0]);
  }
}

function asOwned(kind: Owned['kind'], value: string | undefined): Owned | undefined {
  return value === undefined ? undefined : { kind, value };
}
