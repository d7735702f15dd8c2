/** What a person typed into the one box, told apart by its form. */
import { fromBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { addressesIn } from '#lib/identity/address-text.ts';
import { algorithmOf, readFileDigest } from '#lib/identity/file-digest.ts';
import { detectIdentity, normalise, type Identity } from '#lib/identity/normalise.ts';
import { repositoryOfTypedSubject } from '#lib/identity/token-subject.ts';
import { decodedWhereSafe } from '#lib/identity/percent.ts';
import { workflowBeginning, workflowWatch } from '#lib/identity/workflow-watch.ts';
import { watchTarget, type WatchTarget } from '#lib/identity/watch-target.ts';
import { readKeyText } from './key-text.ts';
import { readRepositoryText, readWorkflowText, repositoryOfPage } from './repository-text.ts';

export type Question =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** SHA-256 of a file, of a certificate, of a key, or of a leaf of a log: they look alike. */
  | { readonly kind: 'digest'; readonly hex: string }
  /** A certificate that was pasted whole, by its SHA-256. */
  | { readonly kind: 'certificate'; readonly hex: string }
  /** A Rekor v1 entry by the hash its UUID ends with. */
  | { readonly kind: 'leaf'; readonly hex: string }
  /** Every repository and workflow whose name begins so. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'entry'; readonly log: string | undefined; readonly index: string };

const longest = 2048;

/** Around pieces of a name in our mails (keptInOrder); who copies the name copies them. */
const isolates = /[\u2068\u2069]/g;

export function readQuestion(asTyped: string): Question | undefined {
  const typed = asTyped.replace(isolates, '');
  const text = typed.trim();
  const key = readKeyText(typed);
  if (key?.kind === 'certificate') return { kind: 'certificate', hex: key.hex };
  const hex = key === undefined ? readDigest(text) : undefined;
  if (hex !== undefined) return hex;
  if (text.length > longest && key === undefined) return undefined;
  const place = readPlace(text);
  if (place !== undefined) return place;
  const identity = readAmongWords(text) ?? readIdentity(typed);
  return identity === undefined ? undefined : { kind: 'identity', identity };
}

/** A hash, in whatever way it is written. */
function readDigest(text: string): Question | undefined {
  const hex = hexIn(text);
  if (readFileDigest(hex) === hex) return { kind: 'digest', hex };
  // The tree's id, 16 digits, stands before the hash.
  if (/^[0-9a-f]{80}$/.test(hex)) return { kind: 'leaf', hex: hex.slice(16) };
  const [, base64] = /^(?:sha-?256[-:=])?([A-Za-z0-9+/]{43}=)$/i.exec(text) ?? [];
  const bytes = base64 === undefined ? undefined : fromBase64(base64);
  return bytes === undefined ? undefined : { kind: 'digest', hex: toHex(bytes) };
}

function hexIn(text: string): string {
  return bareHash(text).replaceAll(/[\s:]/g, '').toLowerCase();
}

/** As gpg --fingerprint prints it, in groups or not; no other hash that is looked up is as short. */
function readPgpPrint(text: string): Identity | undefined {
  const hex = hexIn(text);
  return /^[0-9a-f]{40}$/.test(hex) ? { kind: 'pgp-key', value: hex } : undefined;
}

/** Without what stands around it: the name of the hash, of an image, of a file in the output of sha256sum. */
function bareHash(text: string): string {
  const [, ofFile] = /^([0-9a-f]{64}) [ *]\S/i.exec(text) ?? [];
  const [, ofImage] = /^[\w./:-]+@sha256:([0-9a-f]{64})$/i.exec(text) ?? [];
  return ofFile ?? ofImage ?? text.replace(/^0x|^sha-?(?:256|384|512)[:=]\s*/i, '');
}

/** Names that begin alike, a repository by a page of it, an entry by its number. */
function readPlace(text: string): Question | undefined {
  const workflow = readWorkflowText(text);
  if (workflow !== undefined)
    return workflow.isAtRef
      ? { kind: 'identity', identity: { kind: 'uri', value: workflow.uri } }
      : { kind: 'prefix', prefix: workflow.uri };
  const prefix = readPrefix(text);
  if (prefix !== undefined) return { kind: 'prefix', prefix };
  const entry = readEntry(text);
  if (entry !== undefined) return entry;
  const identity = repositoryOfTypedSubject(text) ?? repositoryOfPage(text) ?? readRepositoryText(text);
  return identity === undefined ? undefined : { kind: 'identity', identity };
}

/** A number, as it is typed or as pages group it, with its log before it or not; the address of our page of it. */
function readEntry(text: string): Question | undefined {
  const [, ofPage, numberOfPage] = /^https?:\/\/[^/]+\/e\/([^/?#]+)\/(\d{1,18})\/?$/.exec(text) ?? [];
  const grouped = /^#?\d{1,3}(?:[,\u2009\u202f\u00a0 ]\d{3})+$/.test(text)
    ? text.replaceAll(/[^\d#]/g, '')
    : text;
  const typed = numberOfPage === undefined ? grouped : `${decodedWhereSafe(ofPage ?? '')}/${numberOfPage}`;
  const found = /^(?:([a-z0-9][a-z0-9._-]{0,99})[/#]|#)?(\d{1,18})$/i.exec(typed);
  return found === null
    ? undefined
    : { kind: 'entry', log: found[1], index: BigInt(found[2] ?? 0).toString() };
}

/** `Jane <jane@example.com>`, `mailto:jane@example.com`: one address, and words that are none. */
function readAmongWords(text: string): Identity | undefined {
  const [address = '', ...more] = /^mailto:|[<>]/i.test(text) ? addressesIn(text) : [];
  const identity = more.length === 0 ? detectIdentity(address) : undefined;
  return identity?.kind === 'email' ? identity : undefined;
}

/** `host/owner`, for all it holds, or anything longer before a final star: no more than one owner's names are listed. */
export function readPrefix(typed: string): string | undefined {
  const text = typed.trim();
  if (text.length > longest || /\s/.test(text)) return undefined;
  const owner = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}\/[^/\s@?#*]+)\/?$/i.exec(text)?.[1];
  if (owner !== undefined) return `${spelling(owner)}/`;
  const [, literal = ''] = /^([^*]+)\*{1,2}$/.exec(text) ?? [];
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(literal);
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/]+\/[^/]+\//i.test(literal)) return undefined;
  return isUri ? normalise('uri', literal)[0]?.value : spelling(literal);
}

/** As a repository is, but with the end that it has. */
function spelling(path: string): string {
  return decodedWhereSafe(path).toLowerCase().normalize('NFC');
}

export function prefixPath(prefix: string): string {
  return `/n/${encodeURIComponent(prefix)}`;
}

/** Undefined when it names nobody. */
export function readIdentity(typed: string): Identity | undefined {
  const key = readKeyText(typed);
  if (key?.kind === 'key') return { kind: 'key', value: key.hex };
  if (typed.length > longest) return undefined;
  const text = typed.trim();
  return (
    readMarked(text) ??
    readPgpPrint(text) ??
    detectIdentity(typed) ??
    readUserId(text) ??
    readRepositoryText(text)
  );
}

/** `Jane Doe <jane@example.com>`, as PGP keys write it: the claim of a key, and no address that anybody logged in as. */
export function readUserId(text: string): Identity | undefined {
  const isUserId =
    /^[^<>@\p{Cc}]*[^<>@\s\p{Cc}][^<>@\p{Cc}]*\s<[^<>\s]+>$/u.test(text) && addressesIn(text).length === 1;
  return isUserId ? normalise('pgp-user', text)[0] : undefined;
}

/** What anybody may watch: a name, or a file by `sha256:` and its digest. A digest alone could be of a certificate too. */
export function readWatchable(typed: string): WatchTarget | undefined {
  return readIdentity(typed) ?? (/^\s*sha256:/i.test(typed) ? watchTarget('digest', typed) : undefined);
}

/** The page of what is watched. */
export function watchPath({ kind, value }: { readonly kind: string; readonly value: string }): string {
  switch (kind) {
    case 'digest':
      return `/d/${value.replace(/^sha256:/, '')}`;
    case 'workflow': {
      const watched = workflowWatch(value);
      return prefixPath(`https://${workflowBeginning(watched)}${watched.ref === undefined ? '@' : ''}`);
    }
    case 'issuer-subject':
      return identityPath(repositoryOfTypedSubject(value)?.value ?? value.replace(/^\S+ /, ''));
    default:
      return identityPath(identityText({ kind, value }));
  }
}

/** What would be taken for something else without its kind before it. */
const marked = ['key', 'pgp-key'] as const;

function readMarked(text: string): Identity | undefined {
  const kind = marked.find((one) => text.startsWith(`${one}:`));
  return kind === undefined ? undefined : normalise(kind, text.slice(kind.length + 1))[0];
}

/** How an identity is typed and addressed: its value, with its kind where that does not show. */
export function identityText({ kind, value }: { readonly kind: string; readonly value: string }): string {
  return marked.some((one) => one === kind) ? `${kind}:${value}` : value;
}

export function identityPath(text: string): string {
  return `/i/${encodeURIComponent(text)
    .replaceAll('%40', '@')
    .replace(/^(key|pgp-key|pgp-user|minisign)%3A/, '$1:')}`;
}

/** What it was taken for, in a word or two. */
export function questionName(question: Question): string {
  switch (question.kind) {
    case 'identity':
      return kindName(question.identity.kind);
    case 'digest':
      return algorithmOf(question.hex).replace('sha', 'SHA-');
    case 'certificate':
      return 'Certificate';
    case 'leaf':
      return 'Rekor UUID';
    case 'prefix':
      return question.prefix.endsWith('@') ? 'Workflow, at any ref' : 'All that begins so';
    case 'entry':
      return 'Log entry';
  }
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
    'minisign-key': 'minisign key id',
    package: 'Package named in a statement',
    artifact: 'File of a statement or envelope',
  };
  return names[kind] ?? kind;
}
