/**
 * Certification paths, RFC 5280 §6.1, as far as this field uses them: from a leaf over intermediates to a root we were
 * given, everything valid at one time, nothing taken from the certificates' own word. Constraints we do not know and
 * that are critical end the path.
 */
import { equal } from '#lib/encoding/bytes.ts';
import type { Certificate } from './certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsages,
  extensionOid,
  hasKeyUsage,
  subjectKeyIdentifier,
} from './extensions.ts';
import { poisonOid } from './precertificate.ts';

export type ChainErrorCode =
  | 'no-path-to-root'
  | 'bad-signature'
  | 'outside-validity'
  | 'not-an-authority'
  | 'path-too-long'
  | 'wrong-key-purpose'
  | 'unknown-critical-extension';

export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;

  constructor(code: ChainErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What signed what: the platform's verifier, passed in. False for a bad signature or an algorithm it does not know. */
export type VerifyCertificateSignature = (
  certificate: Certificate,
  issuerSpki: Uint8Array,
) => boolean | Promise<boolean>;

export interface ChainQuestion {
  readonly leaf: Certificate;
  /** In any order; may hold strangers. */
  readonly intermediates: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: Date;
  /** Required of the leaf, and of every intermediate that names purposes at all. */
  readonly purpose: string;
  readonly verifySignature: VerifyCertificateSignature;
  /** A log looks at precertificates; nobody else lets a poison pass. */
  readonly allowPoison?: boolean;
}

const longestPath = 8;
// Strangers' intermediates that share one name and key make paths without end; no honest path needs many tries.
const mostTries = 32;
const understood: ReadonlySet<string> = new Set(Object.values(extensionOid));

/** The path, leaf first and root last; throws a ChainError with the reason of the last path that failed. */
export async function verifyChain(question: ChainQuestion): Promise<Certificate[]> {
  checkLeaf(question);
  return extend({ question, triesLeft: mostTries }, [question.leaf]);
}

interface Search {
  readonly question: ChainQuestion;
  triesLeft: number;
}

async function extend(search: Search, path: readonly Certificate[]): Promise<Certificate[]> {
  const { question } = search;
  const last = path[path.length - 1] ?? question.leaf;
  let failure: ChainError | undefined;
  const candidates = [...question.roots, ...question.intermediates].filter(
    (candidate) => mayIssue(candidate, last) && !path.includes(candidate),
  );
  for (const issuer of candidates) {
    try {
      return await extendWith(search, path, last, issuer);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      failure = error;
    }
  }
  throw failure ?? new ChainError('no-path-to-root', 'no trusted issuer found');
}

async function extendWith(
  search: Search,
  path: readonly Certificate[],
  last: Certificate,
  issuer: Certificate,
): Promise<Certificate[]> {
  const { question } = search;
  if (search.triesLeft-- <= 0) throw new ChainError('path-too-long', 'too many paths to try');
  const isRoot = question.roots.includes(issuer);
  checkAuthority(question, issuer, path.length - 1, isRoot);
  if (!(await question.verifySignature(last, issuer.spki))) {
    throw new ChainError('bad-signature', 'signature does not verify under the issuer key');
  }
  const longer = [...path, issuer];
  if (isRoot) return longer;
  if (longer.length >= longestPath) throw new ChainError('path-too-long', 'path too long');
  return extend(search, longer);
}

/** Names by bytes (§7.1 allows more; nobody here needs it), key identifiers when both sides have one. */
export function mayIssue(issuer: Certificate, certificate: Certificate): boolean {
  if (!equal(issuer.subject, certificate.issuer)) return false;
  const wanted = authorityKeyIdentifier(certificate);
  const offered = subjectKeyIdentifier(issuer);
  return wanted === undefined || offered === undefined || equal(wanted, offered);
}

/** What a leaf must be in itself, whoever issued it. */
export function checkLeaf({
  leaf,
  at,
  purpose,
  allowPoison,
}: Pick<ChainQuestion, 'leaf' | 'at' | 'purpose' | 'allowPoison'>): void {
  checkValidity(leaf, at);
  checkCriticalExtensions(leaf, allowPoison === true);
  if (basicConstraints(leaf).ca) throw new ChainError('wrong-key-purpose', 'leaf is an authority');
  if (extendedKeyUsages(leaf)?.includes(purpose) !== true) {
    throw new ChainError('wrong-key-purpose', 'leaf is not for this purpose');
  }
  if (hasKeyUsage(leaf, 'digitalSignature') === false) {
    throw new ChainError('wrong-key-purpose', 'leaf may not sign');
  }
}

/** `below`: how many intermediates stand between this authority and the leaf (§4.2.1.9). */
function checkAuthority(question: ChainQuestion, issuer: Certificate, below: number, isRoot: boolean): void {
  checkValidity(issuer, question.at);
  checkCriticalExtensions(issuer, false);
  const { ca, pathLength } = basicConstraints(issuer);
  if (!ca || hasKeyUsage(issuer, 'keyCertSign') === false) {
    throw new ChainError('not-an-authority', 'issuer is not an authority');
  }
  if (pathLength !== undefined && below > pathLength) {
    throw new ChainError('path-too-long', 'issuer forbids so long a path');
  }
  const purposes = isRoot ? undefined : extendedKeyUsages(issuer);
  if (purposes !== undefined && !purposes.includes(question.purpose)) {
    throw new ChainError('wrong-key-purpose', 'issuer is not for this purpose');
  }
}

function checkValidity(certificate: Certificate, at: Date): void {
  if (at < certificate.notBefore || at > certificate.notAfter) {
    throw new ChainError('outside-validity', 'certificate is not valid at that time');
  }
}

function checkCriticalExtensions(certificate: Certificate, allowPoison: boolean): void {
  for (const { oid, critical } of certificate.extensions.values()) {
    if (critical && !understood.has(oid) && !(allowPoison && oid === poisonOid)) {
      throw new ChainError('unknown-critical-extension', `critical extension ${oid} is not understood`);
    }
  }
}
