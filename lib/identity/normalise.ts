/**
 * One spelling for each identity, so that a watch and a log entry meet whatever either wrote. The rules, in order:
 *
 * every kind    Unicode NFC; with a NUL inside it is two identities, whole and cut there (some readers truncate); past
 *               1,024 bytes the rest is replaced by a digest of the whole
 * email         lower case throughout; the domain without a trailing dot, and in its ASCII form (IDNA)
 * uri           scheme and host lower case, no trailing dot of the host, default port left out; percent-encoding taken off
 *               where that is safe (percent.ts); the path else as it is, since workflow paths and refs are case sensitive;
 *               `https://github.com/` paths lower case up to the repository
 * repository    `host/owner/name`: no scheme, no `www.`, no `.git`, no trailing slash, decoded like a uri, lower case
 * username, dns lower case
 * key           SHA-256 of the SubjectPublicKeyInfo, of an SSH key its own blob, lower case hexadecimal
 * pgp-key       the fingerprint of RFC 9580, lower case hexadecimal
 * pgp-user      a user id as it stands there, lower case, and the address in it as an email is, both behind `pgp-user:`: nobody
 *               checked them, so they are never equal to anybody's name
 * minisign-key  the key id that minisign prints, behind `minisign:`, lower case hexadecimal; whoever makes a key chooses it
 * package       the subject of a statement as it stands there, behind `package:`, so that it is never equal to the name of
 *               anybody: whoever signs a statement writes its subjects
 * artifact      the digest of such a subject, `sha256:` (or sha384, sha512) and lower case hexadecimal
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { parseEmailAddress, type EmailAddress } from './email-address.ts';
import { decodedWhereSafe } from './percent.ts';

export type IdentityKind =
  | 'email'
  | 'uri'
  | 'username'
  | 'dns'
  | 'repository'
  | 'key'
  | 'pgp-key'
  | 'pgp-user'
  | 'minisign-key'
  | 'package'
  | 'artifact';

export interface Identity {
  readonly kind: IdentityKind;
  /** What is compared and searched. */
  readonly value: string;
}

/** An index entry of PostgreSQL holds no more than about 2,700 bytes; no honest identity comes near this. */
const longestBytes = 1024;
/** Is in no index. */
const longestExactBytes = 4096;

/** A name out of an entry. */
export interface SpelledIdentity extends Identity {
  /** As it stands there, where that is not how it is compared: what a verifier wants to be told. */
  readonly exact?: string;
}

/** A name as it is compared, and as it is spelt. */
export function spelled(kind: IdentityKind, text: string): SpelledIdentity[] {
  const exact = boundedText(kind === 'repository' ? barePath(text.trim()) : text, longestExactBytes);
  return normalise(kind, text).map((identity) =>
    identity.value === exact ? identity : { ...identity, exact },
  );
}

/** Empty when nothing is left to compare. Two, when the text holds a NUL: as it is, and cut there. */
export function normalise(kind: IdentityKind, text: string): Identity[] {
  if (!text.includes('\0')) {
    const value = spelling(kind, text);
    return value === '' ? [] : [{ kind, value }];
  }
  const spellings = [text.replaceAll('\0', ''), text.slice(0, text.indexOf('\0'))];
  const values = new Set(spellings.map((one) => spelling(kind, one)));
  return [...values].filter((value) => value !== '').map((value) => ({ kind, value }));
}

function spelling(kind: IdentityKind, text: string): string {
  return boundedText(normaliseOne(kind, text.normalize('NFC').trim()));
}

/** A stranger's text as the database can hold and index it: no NUL, and past `limit` bytes a digest of the whole. */
export function boundedText(text: string, limit = longestBytes): string {
  const storable = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  // No unit of a string takes more than three bytes: most texts are short enough without counting.
  if (storable.length * 3 <= limit) return storable;
  const bytes = utf8(storable);
  return bytes.length <= limit ? storable : `${storable.slice(0, 64)}…sha256:${toHex(sha256(bytes))}`;
}

/** What a person typed, and which kind it looks like; undefined when it is none we can watch or search. */
export function detectIdentity(text: string): Identity | undefined {
  const typed = text.trim();
  if (/^(?:package|pkg):./.test(typed)) return normalise('package', typed)[0];
  if (typed.startsWith(pgpUserMark)) return normalise('pgp-user', typed)[0];
  if (/^minisign:[0-9a-f]{16}$/i.test(typed)) return normalise('minisign-key', typed.toLowerCase())[0];
  const person = readAddress(typed) ?? readUsername(typed);
  if (person !== undefined) return person;
  const bare = typed.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  if (/^(?:www\.)?[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+\/[^/\s@?#]+\/[^/\s@?#]+\/?$/iu.test(bare))
    return normalise('repository', typed)[0];
  if (/^[a-z][a-z0-9+.-]*:\/\/[^\s/]+/i.test(typed)) return normalise('uri', typed)[0];
  return undefined;
}

/** An address to write to, whose domain may be typed in any script. */
export function readMailbox(text: string): EmailAddress | undefined {
  return parseEmailAddress(text) ?? parseEmailAddress(readAddress(text.trim())?.value ?? '');
}

const localPart = /^[\p{L}\p{M}\p{N}!#$%&'+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'+/=?^_`{|}~-]+)*$/u;

/**
 * An address as a certificate may hold it: in any script, unlike those we send mail to (RFC 6531). A star is not taken
 * for a letter: whoever types it means everybody, and no certificate is everybody's.
 */
function readAddress(typed: string): Identity | undefined {
  if (typed.includes('\0')) return undefined;
  const [email] = normalise('email', typed);
  const at = email?.value.lastIndexOf('@') ?? -1;
  const [local, domain] = [email?.value.slice(0, at) ?? '', email?.value.slice(at + 1) ?? ''];
  const isAddress =
    at > 0 && local.length <= 64 && localPart.test(local) && parseEmailAddress(`x@${domain}`) !== undefined;
  return isAddress ? email : undefined;
}

/** `name!host`, as Fulcio writes who has a name at a host but no mailbox. */
function readUsername(typed: string): Identity | undefined {
  const [, host = ''] = /^[^\s@!/:*]{1,64}!(\S+)$/.exec(typed) ?? [];
  return parseEmailAddress(`x@${host}`) === undefined ? undefined : normalise('username', typed)[0];
}

function normaliseOne(kind: IdentityKind, text: string): string {
  switch (kind) {
    case 'email':
      return normaliseEmail(text);
    case 'uri':
      return normaliseUri(text);
    case 'repository':
      return normaliseRepository(text);
    case 'username':
    case 'dns':
    case 'key':
    case 'pgp-key':
    case 'artifact':
      return text.toLowerCase();
    case 'pgp-user':
      return marked(pgpUserMark, text).toLowerCase();
    case 'minisign-key':
      return marked(minisignMark, text).toLowerCase();
    case 'package':
      return marked(packageMark, text);
  }
}

const packageMark = 'package:';
const pgpUserMark = 'pgp-user:';
const minisignMark = 'minisign:';

/** What a stranger chose freely stands behind a mark, with it or without it before: no name of another kind is equal to it. */
function marked(mark: string, text: string): string {
  const name = text.startsWith(mark) ? text.slice(mark.length).trim() : text;
  return name === '' ? '' : mark + name;
}

/** Without its mark: what a person wrote. */
export function pgpUserText(value: string): string {
  return value.startsWith(pgpUserMark) ? value.slice(pgpUserMark.length) : value;
}

/** The user ids that carry this address, whatever name stands beside it. */
export function pgpUserOf(email: string): string {
  return pgpUserMark + email;
}

function normaliseEmail(text: string): string {
  const at = text.lastIndexOf('@');
  if (at === -1) return text.toLowerCase();
  return `${text.slice(0, at).toLowerCase()}@${asciiDomain(text.slice(at + 1))}`;
}

/** Of these a parser of addresses changes nothing (no IDNA, and no number that it would take for an IPv4 address). */
const plainDomain = /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/;

function asciiDomain(domain: string): string {
  const bare = domain.toLowerCase().replace(/\.$/, '');
  if (plainDomain.test(bare) && !bare.includes('xn--')) return bare;
  const parsed = URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`).hostname : '';
  // A parser that sees more than a host (a port, a path, an address) has not read a domain.
  return /^[\p{L}\p{N}\p{M}.-]+$/u.test(bare) && /[a-z]/.test(parsed) ? parsed : bare;
}

function normaliseUri(text: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(text);
  if (match === null) return text;
  const [, scheme = '', authority = '', encodedRest = ''] = match;
  const host = asciiAuthority(decodedWhereSafe(authority.toLowerCase()).replace(/\.(?=$|:)/, ''));
  const rest = decodedWhereSafe(encodedRest).normalize('NFC');
  const prefix = `${scheme.toLowerCase()}://${withoutDefaultPort(scheme.toLowerCase(), host)}`;
  if (prefix !== 'https://github.com') return prefix + rest;
  // GitHub compares owners and repositories without case; workflow paths and refs it compares exactly.
  return prefix + rest.replace(/^\/[^/]*\/[^/]*/, (repository) => repository.toLowerCase());
}

function withoutDefaultPort(scheme: string, authority: string): string {
  const port = { https: ':443', http: ':80' }[scheme];
  return port !== undefined && authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}

const ascii = /^[\0-\x7f]*$/;

function asciiAuthority(authority: string): string {
  return ascii.test(authority) ? authority : authority.replace(/^[^:@]+/, asciiDomain);
}

function normaliseRepository(text: string): string {
  const path = decodedWhereSafe(barePath(text)).toLowerCase().normalize('NFC');
  return ascii.test(path) ? path : path.replace(/^[^/]*/, asciiAuthority);
}

/** `host/owner/name`, in the letters it has. */
function barePath(text: string): string {
  return text
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^www\./i, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
}
