/** What a person typed into the one box, told apart by its form. */
import { detectIdentity, type Identity } from '#lib/identity/normalise.ts';

export type Question =
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'digest'; readonly hex: string }
  | { readonly kind: 'entry'; readonly log: string | undefined; readonly index: string };

const longest = 2048;

export function readQuestion(typed: string): Question | undefined {
  const text = typed.trim();
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text)?.[1];
  if (digest !== undefined) return { kind: 'digest', hex: digest.toLowerCase() };
  const entry = /^(?:([a-z0-9][a-z0-9._-]{0,99})[/#])?(\d{1,18})$/i.exec(text);
  if (entry !== null) return { kind: 'entry', log: entry[1], index: BigInt(entry[2] ?? 0).toString() };
  const identity = readIdentity(text);
  return identity === undefined ? undefined : { kind: 'identity', identity };
}

/** Undefined when it names nobody. */
export function readIdentity(typed: string): Identity | undefined {
  return typed.length > longest ? undefined : detectIdentity(typed);
}

export function identityPath(value: string): string {
  return `/i/${encodeURIComponent(value).replaceAll('%40', '@')}`;
}

/** What to call this kind of identity. */
export function kindName(kind: string): string {
  const names: Readonly<Record<string, string>> = {
    email: 'E-mail address',
    uri: 'Workflow or URI',
    repository: 'Repository',
    username: 'User name',
    dns: 'Host name',
    key: 'Public key',
  };
  return names[kind] ?? kind;
}
