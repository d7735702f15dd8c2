/**
 * The evidence of an alert beyond "the entry is in the log": who signed, whether an authority of the trusted root in the
 * file certified them, and whether the alert says what the entry says. What we thought of it, and when we saw it, no
 * entry can show: that stays our word.
 */
import { z } from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { readCertificateIdentity } from '#lib/identity/from-certificate.ts';
import { readCtEntry, readRekorEntry, readRekorV1Entry, type ReadEntry } from '#lib/identity/from-entry.ts';
import { factsSchema, type Trust } from '#lib/rules/facts.ts';
import { isValidAt, readTrustedRoot, TrustedRootError, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Evidence } from '#lib/verify/evidence.ts';
import { CertificateError, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose } from '#lib/x509/extensions.ts';
import { whatDiffers } from './alert-facts.ts';

export type SignerCheck =
  | { readonly words: string; readonly signer: string; readonly root: string | undefined }
  | { readonly reason: string };

const alertSchema = z.object({ facts: factsSchema });

/** Of evidence whose entry was proved to be in the log. */
export async function checkSigner(evidence: Evidence): Promise<SignerCheck> {
  const { alert, trustedRoot } = evidence;
  if (alert === undefined || alert === null) return { reason: 'the file holds no alert' };
  const said = alertSchema.safeParse(alert).data;
  if (said === undefined) return { reason: 'the facts of the alert do not read' };
  const root = readRoot(trustedRoot);
  if ('reason' in root) return root;
  const entry = readLeafOf(evidence);
  if (entry.kind === 'unparsable') return { reason: 'does not read: nothing in it can be compared' };
  const chain = await checkChains(entry, root);
  const differs = whatDiffers(said.facts, evidence, entry, chain.trust);
  if (differs !== undefined) return { reason: `the alert is not about this entry: ${differs}` };
  return { words: trustWords[chain.trust], signer: signerOf(entry), root: chain.root };
}

const trustWords: Readonly<Record<Trust, string>> = {
  trusted: 'an authority of the trusted root in the file certified who signed',
  untrusted: 'no authority of the trusted root in the file certified the name, as the alert says',
  unknown: 'the file does not show whether an authority certified the name, as the alert says',
  none: 'it is signed with a bare key, as the alert says',
  unparsable: 'it does not read, as the alert says',
};

function readRoot(json: unknown): TrustedRoot | { readonly reason: string } {
  if (json === undefined || json === null)
    return { reason: 'the file holds no trusted root to check its signer with' };
  try {
    const root = readTrustedRoot(json);
    return root.certificateAuthorities.length > 0
      ? root
      : { reason: 'the trusted root in the file names no authority' };
  } catch (error) {
    if (!(error instanceof TrustedRootError)) throw error;
    return {
      reason: `the trusted root in the file does not read: ${error.message}`,
    };
  }
}

function readLeafOf({ log: { kind }, leaf, extraData = new Uint8Array(0) }: Evidence): ReadEntry {
  if (kind === 'ct') return readCtEntry(leaf, extraData);
  return kind === 'rekor-v1' ? readRekorV1Entry(leaf) : readRekorEntry(leaf);
}

/** As of when each was issued, like workers/match/authorities.ts: one that is of no authority makes the entry untrusted. */
async function checkChains(
  { kind, certificates, signed }: Exclude<ReadEntry, { kind: 'unparsable' }>,
  trust: TrustedRoot,
): Promise<{ trust: Trust; root: string | undefined }> {
  if (certificates.length === 0) return { trust: 'none', root: undefined };
  if (signed.length === 0) return { trust: 'unknown', root: undefined };
  let root: Certificate | undefined;
  for (const leaf of signed) {
    root = await rootOf(leaf, trust, kind === 'precertificate');
    if (root === undefined) return { trust: 'untrusted', root: undefined };
  }
  return { trust: 'trusted', root: root && toHex(sha256(root.encoding)) };
}

async function rootOf(
  leaf: Certificate,
  { certificateAuthorities }: TrustedRoot,
  allowPoison: boolean,
): Promise<Certificate | undefined> {
  const at = leaf.notBefore;
  const chains = certificateAuthorities.flatMap(({ chain, validFor }) =>
    isValidAt(validFor, at) ? [chain] : [],
  );
  try {
    const path = await verifyChain({
      leaf,
      at,
      allowPoison,
      intermediates: chains.flatMap((chain) => chain.slice(0, -1)),
      roots: chains.flatMap((chain) => chain.slice(-1)),
      purpose: keyPurpose.codeSigning,
      verifySignature: verifyCertificateSignature,
    });
    return path.at(-1);
  } catch (error) {
    if (error instanceof ChainError || error instanceof CertificateError) return undefined;
    throw error;
  }
}

/** The name that stands first in the certificate, and who vouched for it. */
function signerOf({ certificates, keys }: Exclude<ReadEntry, { kind: 'unparsable' }>): string {
  const [first] = certificates;
  if (first === undefined) return `the key ${keys.map(toHex).join(', ') || 'that the entry does not name'}`;
  const { identities, issuer } = readCertificateIdentity(first);
  const name = identities[0]?.exact ?? identities[0]?.value ?? 'nobody by name';
  return issuer === undefined ? name : `${name} (login at ${issuer})`;
}
