/**
 * What can be watched, and how it is spelt (account_watch.kind and .value). Exact kinds are spelt as normalise.ts spells
 * the name in the entry, so that the two meet as equal strings; README.md lists every rule.
 */
import { workflowWatch } from './workflow-watch.ts';
import { detectIdentity, normalise, type IdentityKind } from './normalise.ts';

export type WatchKind =
  | IdentityKind
  /** `*@domain`, and with a leading dot every domain below it as well. Only ever honoured for its proven owner. */
  | 'domain'
  /** `host/owner`: every repository and workflow below. */
  | 'organisation'
  /** `host/owner/name/path/file.yml`: the workflow at whatever ref, or behind an `@` at refs like that (workflow-watch.ts). */
  | 'workflow'
  /** Every URI that continues this one at a `/`, `@`, `?` or `#`. */
  | 'uri-prefix'
  /** Anchored, over a URI: `*` is any run without `/`, `**` any run. */
  | 'uri-pattern'
  /** The issuer, a space, and the subject as an exact name: the login behind a name, not the name alone. */
  | 'issuer-subject'
  /** SHA-256 of a certificate's DER. */
  | 'certificate'
  /** `sha256:` and hexadecimal. */
  | 'digest';

export interface WatchTarget {
  readonly kind: WatchKind;
  readonly value: string;
}

const hexDigest = /^[0-9a-f]{64}$/;
/** A pattern says at least so much before its first wildcard: it must not be everybody's. */
const leastLiteral = 12;

/** Undefined when nothing can be watched by that text. */
export function watchTarget(kind: WatchKind, text: string): WatchTarget | undefined {
  const value = spelling(kind, text.normalize('NFC').trim());
  return value === undefined || value === '' || value.length > 2048 ? undefined : { kind, value };
}

function spelling(kind: WatchKind, text: string): string | undefined {
  switch (kind) {
    case 'email': {
      const found = detectIdentity(text);
      return found?.kind === 'email' ? found.value : undefined;
    }
    case 'domain':
      return domain(text);
    case 'repository':
      return repository(text);
    case 'organisation':
      return withSegments(normalise('repository', text)[0]?.value, 2, 2);
    case 'workflow':
      return workflow(text);
    case 'uri-prefix':
      return /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/./i.test(text) ? normalise('uri', text)[0]?.value : undefined;
    case 'uri-pattern':
      return pattern(text);
    case 'issuer-subject':
      return issuerSubject(text);
    case 'certificate':
    case 'key':
      return fingerprint(text);
    case 'digest': {
      const digest = fingerprint(text);
      return digest && `sha256:${digest}`;
    }
    default:
      return normalise(kind, text)[0]?.value;
  }
}

/**
 * Whether a name is what a path says or continues it at a `/`, `@`, `?` or `#`. What ends in one of these has that end
 * already, and is meant as it stands: `https://ci.example.com/acme/` is everything below it.
 */
export function continuesPath(path: string, name: string): boolean {
  const begin = withoutHttps(path);
  const whole = withoutHttps(name);
  if (!whole.startsWith(begin)) return false;
  const isEnded = endsSegment.test(begin.slice(-1));
  return isEnded || whole.length === begin.length || endsSegment.test(whole.charAt(begin.length));
}

/**
 * Where `continuesPath` may hold, segment by segment: `https` is how repositories are named when they are named with a
 * scheme; another scheme is a segment of its own. A ref or a query ends a segment as a slash does.
 */
export function pathSegments(path: string): string[] {
  return withoutHttps(path).split(endsSegment);
}

const endsSegment = /[/@?#]/;

export function withoutHttps(uri: string): string {
  return uri.replace(/^https:\/\//, '');
}

/** `*@example.com`, which is for its proven owner to watch, and no name that anybody could look up. */
export function isWholeDomain(text: string): boolean {
  return /^\s*\*+@/.test(text) && watchTarget('domain', text.trim().replace(/^\*+/, '*')) !== undefined;
}

function domain(text: string): string | undefined {
  const below = /^(?:\*?\.)/.test(text);
  const bare = text.replace(/^(?:\*@|\*?\.)/, '');
  const [, name] = normalise('email', `x@${bare}`)[0]?.value.split('@') ?? [];
  // A top-level domain belongs to nobody who could prove it here.
  // One of digits is part of an IP address, which is no domain.
  return name !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) && !/\.\d+$/.test(name)
    ? below
      ? `.${name}`
      : name
    : undefined;
}

/** `host/owner/name`; some hosts have groups within groups. A star would be taken for a letter, and never match. */
function repository(text: string): string | undefined {
  const path = withSegments(normalise('repository', text)[0]?.value, 3, 64);
  return path !== undefined && /^[^\s*]+$/.test(path) ? path : undefined;
}

/** Its refs stand there as in certificates; those that say no more than any ref are left out. */
function workflow(text: string): string | undefined {
  const uri = withoutScheme(normalise('uri', withScheme(text))[0]?.value);
  const { path, ref = '' } = workflowWatch(uri ?? '');
  const whole = withSegments(path, 4, 64);
  if (whole === undefined || /^(?:refs\/)?\**$/.test(ref)) return whole;
  return /^[^\s@]+$/.test(ref) && ref.split('*').length <= 6 ? `${whole}@${ref}` : undefined;
}

function pattern(text: string): string | undefined {
  const [literal = ''] = text.split('*', 1);
  const isLongEnough = /^[a-z][a-z0-9+.-]*:\/\/[^/]+\//i.test(literal) && literal.length >= leastLiteral;
  return isLongEnough ? text : undefined;
}

/** The subject of a login's token as a watch of it is spelt, be it a name that stands in the certificate or not. */
export function loginOfToken(issuer: string, subject: string): string | undefined {
  return issuerSubject(`${issuer} ${subject}`.normalize('NFC').trim());
}

export function issuerSubjectValue(issuer: string, subject: string): string {
  return `${issuer} ${subject}`;
}

function issuerSubject(text: string): string | undefined {
  const [, issuer = '', subject = ''] = /^(\S+)\s+(\S.*)$/.exec(text) ?? [];
  if (issuer === '') return undefined;
  const kind: IdentityKind = subject.includes('://') ? 'uri' : subject.includes('@') ? 'email' : 'username';
  const name = normalise(kind, subject)[0]?.value;
  return name && issuerSubjectValue(issuer, name);
}

/** Hexadecimal with or without colons, as tools print it, and with or without the name of the hash. */
function fingerprint(text: string): string | undefined {
  const hex = text
    .replace(/^sha-?256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  return hexDigest.test(hex) ? hex : undefined;
}

function withScheme(text: string): string {
  return text.includes('://') ? text : `https://${text}`;
}

function withoutScheme(uri: string | undefined): string | undefined {
  return uri?.replace(/^[a-z][a-z0-9+.-]*:\/\//, '');
}

function withSegments(path: string | undefined, least: number, most: number): string | undefined {
  const segments = path?.split('/') ?? [];
  const isWhole = segments.every((segment) => segment !== '');
  return isWhole && segments.length >= least && segments.length <= most ? path : undefined;
}
