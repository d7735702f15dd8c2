/**
 * By what an entry of Rekor v1 can be found: a hash as `algorithm:hex`, a name in a certificate as it stands there, all
 * in lower case. Only SHA-256 of each is kept, which is as good for an exact look-up and of one size.
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import type { PemVerifier } from '#lib/rekor/pem-verifier.ts';
import { CertificateError } from '#lib/x509/certificate.ts';
import { subjectAltNames } from '#lib/x509/extensions.ts';
import { z } from 'zod';

function searchKey(text: string): Uint8Array {
  return sha256(utf8(text.toLowerCase()));
}

export function hashKey(algorithm: string, value: Uint8Array | string): string {
  return `${algorithm}:${typeof value === 'string' ? value : toHex(value)}`;
}

/** The PEM as sent and in its one spelling: clients have asked for either. */
export function verifierKeys({ canonical, sent, certificates }: PemVerifier): string[] {
  const [signer] = certificates;
  const names = signer === undefined ? [] : namesOf(signer);
  return [hashKey('sha256', sha256(canonical)), hashKey('sha256', sha256(sent)), ...names];
}

function namesOf(signer: PemVerifier['certificates'][number]): string[] {
  try {
    return subjectAltNames(signer).flatMap((name) => (name.kind === 'unknown' ? [] : [name.value]));
  } catch (error) {
    if (error instanceof CertificateError || error instanceof DerError) return [];
    throw error;
  }
}

const digests = z.record(z.string().max(64), z.string().max(1024));
const statement = z.object({
  subject: z.array(z.object({ digest: digests.optional() })).optional(),
  predicate: z.object({ materials: z.array(z.object({ digest: digests.optional() })).optional() }).optional(),
});

/** An in-toto statement is found by the digests of its subjects, and of the materials of SLSA provenance. */
export function statementKeys(payloadType: string, payload: Uint8Array): string[] {
  if (payloadType !== 'application/vnd.in-toto+json') return [];
  try {
    const read = statement.parse(JSON.parse(fromUtf8(payload)));
    const things = [...(read.subject ?? []), ...(read.predicate?.materials ?? [])];
    return things.flatMap(({ digest }) =>
      Object.entries(digest ?? {}).map(([name, value]) => hashKey(name, value)),
    );
  } catch {
    // What is signed need not be what its type says; then it is found by its hash alone.
    return [];
  }
}

/** The distinct keys, in the order of their bytes. */
export function searchKeysOf(texts: readonly string[]): Uint8Array[] {
  const keys = new Map(texts.map((text) => searchKey(text)).map((key) => [toHex(key), key]));
  return [...keys.keys()].sort().map((name) => keys.get(name) ?? concat());
}
