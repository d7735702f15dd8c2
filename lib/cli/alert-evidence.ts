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
  const signers = await Promise.all(eachSigner(entry).map((signer) => checkChain(signer, root)));
  const differences = signers.map(({ signer, trust }) => whatDiffers(said.facts, evidence, signer, trust));
  // Several may have signed it, and the alert is of one of them.
  const found = signers[differences.indexOf(undefined)];
  if (found === undefined) return { reason: `the alert is not about this entry: ${differences[0]}` };
  return { words: trustWords[found.trust], signer: signerOf(found.signer), root: found.root };
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

type Read = Exclude<ReadEntry, { kind: 'unparsable' }>;

/** As workers/match/signers.ts: each stands for themselves. */
function eachSigner(entry: Read): Read[] {
  const { certificates, signed, keys } = entry;
  if (certificates.length + Math.min(keys.length, 1) < 2) return [entry];
  const certified = certificates.map((certificate, at) => ({
    ...entry,
    certificates: [certificate],
    signed: signed.slice(at, at + 1),
    keys: [],
  }));
  return keys.length === 0 ? certified : [...certified, { ...entry, certificates: [], signed: [] }];
}

/** As of when it was issued, like workers/match/authorities.ts. */
async function checkChain(
  signer: Read,
  trust: TrustedRoot,
): Promise<{ signer: Read; trust: Trust; root: string | undefined }> {
  const { kind, certificates, signed } = signer;
  const [leaf] = signed;
  if (leaf === undefined)
    return { signer, trust: certificates.length === 0 ? 'none' : 'unknown', root: undefined };
  const root = await rootOf(leaf, trust, kind === 'precertificate');
  if (root === undefined) return { signer, trust: 'untrusted', root: undefined };
  return { signer, trust: 'trusted', root: toHex(sha256(root.encoding)) };
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
function signerOf({ certificates, keys }: Read): string {
  const [first] = certificates;
  if (first === undefined) return `the key ${keys.map(toHex).join(', ') || 'that the entry does not name'}`;
  const { identities, issuer } = readCertificateIdentity(first);
  const name = identities[0]?.exact ?? identities[0]?.value ?? 'nobody by name';
  return issuer === undefined ? name : `${name} (login at ${issuer})`;
}
