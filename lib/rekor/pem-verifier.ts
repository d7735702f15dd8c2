/**
 * Who signed, as Rekor v1 writes it: base64 of PEM, a public key or a certificate with its chain. One key has one
 * spelling in a log: the PEM is written anew (64 columns, a line feed at its end).
 */
import { readPublicKey, type PublicKey } from '#lib/crypto/public-key.ts';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';

export interface PemVerifier {
  readonly key: PublicKey;
  /** The signer's first; empty for a bare key. */
  readonly certificates: readonly Certificate[];
  /** The PEM in its one spelling. */
  readonly canonical: Uint8Array;
  /** The PEM as it was sent. */
  readonly sent: Uint8Array;
}

const longestChain = 10;

/** Undefined when it is not one public key or one chain that we can read. */
export function readPemVerifier(content: string): PemVerifier | undefined {
  const sent = fromBase64(content);
  return sent === undefined ? undefined : readPemBytes(sent);
}

export function readPemBytes(sent: Uint8Array): PemVerifier | undefined {
  try {
    const blocks = fromPem(fromUtf8(sent)) ?? [];
    const [first] = blocks;
    if (first?.label === 'PUBLIC KEY' && blocks.length === 1) {
      const canonical = utf8(toPem('PUBLIC KEY', first.bytes));
      return { key: readPublicKey(first.bytes), certificates: [], canonical, sent };
    }
    const isChain = blocks.length <= longestChain && blocks.every(({ label }) => label === 'CERTIFICATE');
    if (first === undefined || !isChain) return undefined;
    const certificates = blocks.map(({ bytes }) => readCertificate(bytes));
    const canonical = utf8(blocks.map(({ bytes }) => toPem('CERTIFICATE', bytes)).join(''));
    return { key: readPublicKey(readCertificate(first.bytes).spki), certificates, canonical, sent };
  } catch (error) {
    // fromUtf8 throws a TypeError.
    if (error instanceof CertificateError || error instanceof DerError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

export function verifierContent({ canonical }: PemVerifier): string {
  return toBase64(canonical);
}
