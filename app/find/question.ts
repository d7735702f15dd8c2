/** What a person typed into the one box, told apart by its form. */
import { sha256 } from '#crypto/sha256.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { detectIdentity, normalise, type Identity } from '#lib/identity/normalise.ts';
import { isWholeDomain, watchTarget, type WatchTarget } from '#lib/identity/watch-target.ts';

export type Question =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** SHA-256 of a file, of a certificate, of a key, or of a leaf of a log: they look alike. */
  | { readonly kind: 'digest'; readonly hex: string }
  /** A Rekor v1 entry by the hash its UUID ends with. */
  | { readonly kind: 'leaf'; readonly hex: string }
  /** Every repository and workflow whose name begins so. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'entry'; readonly log: string | undefined; readonly index: string };

const longest = 2048;

export function readQuestion(typed: string): Question | undefined {
  const text = typed.trim();
  const hex = text
    .replace(/^sha256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return { kind: 'digest', hex };
  // The tree's id, 16 digits, stands before the hash.
  if (/^[0-9a-f]{80}$/.test(hex)) return { kind: 'leaf', hex: hex.slice(16) };
  if (/^[0-9a-f]{40}$/.test(hex)) return { kind: 'identity', identity: { kind: 'pgp-key', value: hex } };
  const prefix = readPrefix(text);
  if (prefix !== undefined) return { kind: 'prefix', prefix };
  const entry = /^(?:([a-z0-9][a-z0-9._-]{0,99})[/#])?(\d{1,18})$/i.exec(text);
  if (entry !== null) return { kind: 'entry', log: entry[1], index: BigInt(entry[2] ?? 0).toString() };
  const identity = readIdentity(text);
  return identity === undefined ? undefined : { kind: 'identity', identity };
}

/** `host/owner`, for all it holds, or anything longer before a final star: no more than one owner's names are listed. */
export function readPrefix(typed: string): string | undefined {
  const text = typed.trim();
  if (text.length > longest || /\s/.test(text)) return undefined;
  const owner = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}\/[^/\s@?#*]+)\/?$/i.exec(text)?.[1];
  if (owner !== undefined) return `${owner.toLowerCase()}/`;
  const [, literal = ''] = /^([^*]+)\*{1,2}$/.exec(text) ?? [];
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(literal);
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/]+\/[^/]+\//i.test(literal)) return undefined;
  return isUri ? normalise('uri', literal)[0]?.value : literal.toLowerCase();
}

export function prefixPath(prefix: string): string {
  return `/n/${encodeURIComponent(prefix)}`;
}

/** Undefined when it names nobody. */
export function readIdentity(typed: string): Identity | undefined {
  if (typed.length > longest) return undefined;
  return readMarked(typed.trim()) ?? readKey(typed) ?? detectIdentity(typed);
}

/** What anybody may watch: a name, or a file by `sha256:` and its digest. A digest alone could be of a certificate too. */
export function readWatchable(typed: string): WatchTarget | undefined {
  return readIdentity(typed) ?? (/^\s*sha256:/i.test(typed) ? watchTarget('digest', typed) : undefined);
}

/** The page of what is watched. */
export function watchPath({ kind, value }: { readonly kind: string; readonly value: string }): string {
  return kind === 'digest'
    ? `/d/${value.replace(/^sha256:/, '')}`
    : identityPath(identityText({ kind, value }));
}

/** Why there is nothing to look up or to watch by that, where more can be said than that it names nobody. */
export function whyNobody(typed: string): string | undefined {
  if (!isWholeDomain(typed)) return undefined;
  return 'That is every address of a domain. Look up or watch one address; a whole domain is watched by a team that proved to own it, under its watches.';
}

/** What would be taken for something else without its kind before it. */
const marked = ['key', 'pgp-key', 'pgp-user'] as const;

function readMarked(text: string): Identity | undefined {
  const kind = marked.find((one) => text.startsWith(`${one}:`));
  return kind === undefined ? undefined : normalise(kind, text.slice(kind.length + 1))[0];
}

/** A public key in PEM, its lines run together as a one-line box leaves them. */
function readKey(typed: string): Identity | undefined {
  const base64 = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(typed)?.[1];
  const spki = base64 === undefined ? undefined : fromBase64(base64.replaceAll(/\s/g, ''));
  if (spki === undefined) return undefined;
  try {
    readPublicKey(spki);
    return { kind: 'key', value: toHex(sha256(spki)) };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** How an identity is typed and addressed: its value, with its kind where that does not show. */
export function identityText({ kind, value }: { readonly kind: string; readonly value: string }): string {
  return marked.some((one) => one === kind) ? `${kind}:${value}` : value;
}

export function identityPath(text: string): string {
  return `/i/${encodeURIComponent(text)
    .replaceAll('%40', '@')
    .replace(/^(key|pgp-key|pgp-user)%3A/, '$1:')}`;
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
    'pgp-key': 'PGP key',
    'pgp-user': 'PGP user id',
    package: 'Package named in a statement',
  };
  return names[kind] ?? kind;
}
