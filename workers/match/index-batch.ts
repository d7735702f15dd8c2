/**
 * A verified batch becomes what is kept and matched. Every entry is parsed once; certificate signatures are checked by
 * another thread, some at a time, while the next ones are parsed here.
 */
import { signatureCheck } from '#lib/crypto/node/certificate-signature.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import type { Trust } from '#lib/rules/facts.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { LogKind } from '../follow/followed-log.ts';
import { Authorities } from './authorities.ts';
import { describeEntry, readEntry, type IndexedEntry, type VerifiedEntry } from './indexed-entry.ts';
import { SignatureThread } from './signature-thread.ts';

const thread = new SignatureThread();
/** What is read of a certificate is dropped when its chunk is done: in small ones it dies young, which costs least. */
const chunk = 64;

export async function indexBatch(
  kind: LogKind,
  entries: readonly VerifiedEntry[],
  trusted: readonly TrustedAuthority[],
): Promise<IndexedEntry[]> {
  const authorities = Authorities.of(trusted);
  const chunks: Promise<IndexedEntry[]>[] = [];
  for (let at = 0; at < entries.length; at += chunk) {
    chunks.push(indexChunk(kind, entries.slice(at, at + chunk), authorities));
    // Between chunks: answers of the thread, of the database and of the log are taken.
    await new Promise((turn) => setImmediate(turn));
  }
  return (await Promise.all(chunks)).flat();
}

async function indexChunk(
  kind: LogKind,
  entries: readonly VerifiedEntry[],
  authorities: Authorities,
): Promise<IndexedEntry[]> {
  const read = entries.map((entry) => readEntry(kind, entry));
  const checks = new SignatureChecks(authorities);
  for (const entry of read) if (entry.kind !== 'unparsable') checks.add(entry);
  const answers = checks.send();
  const described = entries.map((entry, at) =>
    describeEntry(entry, read[at] ?? { kind: 'unparsable', reason: '' }),
  );
  const good = await answers;
  const indexed: IndexedEntry[] = [];
  for (const [at, entry] of described.entries()) {
    indexed.push({ ...entry, trust: await trustOf(read[at], good, authorities) });
  }
  return indexed;
}

async function trustOf(
  entry: ReadEntry | undefined,
  good: ReadonlySet<Certificate>,
  authorities: Authorities,
): Promise<Trust> {
  if (entry === undefined || entry.kind === 'unparsable') return 'unparsable';
  if (entry.certificates.length === 0) return 'none';
  if (entry.signed.length === 0) return 'unknown';
  const allowPoison = entry.kind === 'precertificate';
  for (const certificate of entry.signed) {
    // What another issuer of the same name may have signed goes the long way before it is called forged.
    if (!good.has(certificate) && !(await authorities.isTrusted(certificate, allowPoison)))
      return 'untrusted';
  }
  // Beside a certified signature, one by a bare key vouches for nobody.
  return 'trusted';
}

interface SignatureGroup {
  readonly issuer: Certificate;
  readonly certificates: [Certificate, ...Certificate[]];
}

/** The signatures of a chunk, by the key that must have made them and by algorithm: very few groups. */
class SignatureChecks {
  private readonly authorities: Authorities;
  private readonly groups: SignatureGroup[] = [];

  constructor(authorities: Authorities) {
    this.authorities = authorities;
  }

  add({ kind, signed }: Exclude<ReadEntry, { kind: 'unparsable' }>): void {
    for (const certificate of signed) {
      const check = this.authorities.checkLeaf(certificate, kind === 'precertificate');
      if (typeof check === 'string') continue;
      const group = this.groups.find(
        ({ issuer, certificates: [first] }) =>
          issuer === check.issuer && first.signatureAlgorithm === certificate.signatureAlgorithm,
      );
      if (group === undefined) this.groups.push({ issuer: check.issuer, certificates: [certificate] });
      else group.certificates.push(certificate);
    }
  }

  /** The certificates whose signature is good. */
  async send(): Promise<Set<Certificate>> {
    const good = new Set<Certificate>();
    await Promise.all(
      this.groups.map(async ({ issuer, certificates }) => {
        const check = signatureCheck(certificates[0], issuer.spki);
        if (check === undefined) return;
        const verdicts = await thread.verify({ ...check, certificates });
        for (const [at, certificate] of certificates.entries()) if (verdicts[at] === 1) good.add(certificate);
      }),
    );
    return good;
  }
}
