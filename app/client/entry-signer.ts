/** Of an entry that the log gave: when it was signed, whose key it was, who saw the certificate, and the signature itself. */
import { algorithmNamed } from '#lib/crypto/algorithms.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyDigest } from '#lib/crypto/verify-signature.ts';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { equal, fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { hashedRekordKind, parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readEntryV1 } from '#lib/rekor/read-entry-v1.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import { bundleFromEntry } from '#lib/verify/bundle-from-entry.ts';
import { certificateValues, promiseValues, timestampValues } from '#lib/verify/raw-values.ts';
import { readSigner, verifyPath } from '#lib/verify/verify-certificate.ts';
import { verifyScts } from '#lib/verify/verify-sct.ts';
import { verifyTimestamps } from '#lib/verify/verify-timestamps.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import type { ReadEntry } from './entry-log.ts';
import type { StepResult } from './entry-check.ts';

type Done<T> = readonly [T, StepResult];

/** By the word of the log (Rekor v1), or of a timestamp authority in the bundle of this entry, if the reader gave it. */
export async function timed(
  entry: ReadEntry,
  bundle: Bundle | undefined,
  root: TrustedRoot,
): Promise<Done<readonly Date[]>> {
  if (bundle !== undefined) mustBeOf(bundle, entry);
  const isPromised = entry.integratedTime !== undefined && entry.inclusionPromise !== undefined;
  const timestamps = bundle?.timestamps ?? [];
  if (!isPromised && timestamps.length === 0) {
    const words =
      'none in the log. The word of a timestamp authority is kept in the bundle: give it below, and it is checked here';
    return [[], { words, state: 'noted' }];
  }
  const signature = bundle?.content.signature ?? new Uint8Array(0);
  const content = { kind: 'message', signature, digest: undefined } as const;
  const promised = { ...entry, inclusionProof: undefined };
  const times = await verifyTimestamps({ timestamps, entries: [promised], content }, root);
  const words = times
    .map(({ source, time, name }) =>
      source === 'log'
        ? `the log signed that it took the entry in at ${time.toISOString()}`
        : `${name} signed that it existed at ${time.toISOString()} (RFC 3161)`,
    )
    .join('; ');
  const values = [...timestamps.flatMap(timestampValues), ...promiseValues(promised)];
  return [times.map(({ time }) => time), { words, values }];
}

/** A timestamp is of a signature: that of the entry, not any that stands beside the entry in a bundle. */
function mustBeOf({ entries, content }: Bundle, entry: ReadEntry): void {
  const isThere = entries.some(({ canonicalizedBody }) => equal(canonicalizedBody, entry.canonicalizedBody));
  if (!isThere) throw new Error('the bundle you gave is about another entry');
  const stated = bundleFromEntry({ ...entry, inclusionProof: undefined })?.content.signature;
  if (stated === undefined || !equal(stated, content.signature))
    throw new Error('the bundle you gave holds another signature than the entry');
}

/** Undefined for a bare key. Throws for an entry of a kind that cannot be read here. */
export function certificateIn(entry: ReadEntry): Certificate | undefined {
  if (entry.version === hashedRekordKind.version) {
    const { verifier } = parseHashedRekord(entry.canonicalizedBody);
    return verifier.kind === 'certificate' ? readCertificate(verifier.bytes) : undefined;
  }
  const [verifier] = readEntryV1(JSON.parse(fromUtf8(entry.canonicalizedBody)))?.verifiers ?? [];
  if (verifier === undefined)
    throw new Error(`entries of kind ${entry.kind} ${entry.version} are not read here`);
  return verifier.certificates[0];
}

export async function certified(
  leaf: Certificate,
  times: readonly Date[],
  root: TrustedRoot,
): Promise<Done<undefined>> {
  await verifyPath(leaf, times.length === 0 ? [leaf.notBefore] : times, root.certificateAuthorities);
  const { identity, issuer } = readSigner(leaf);
  const when = times.length === 0 ? 'at its beginning' : 'at the time above';
  const words = `issued to ${identity}, with the login of ${issuer}, by an authority of the trusted root, and valid ${when}`;
  const values = certificateValues(leaf.encoding).filter(
    ([title]) => title !== 'Signed certificate timestamp',
  );
  return [undefined, { words, values }];
}

/** RFC 6962 §3.2, whatever became of the certificate's own signature: the issuer is known by its name. */
export function seen(leaf: Certificate, { certificateAuthorities, ctlogs }: TrustedRoot): Done<undefined> {
  const issuers = certificateAuthorities
    .flatMap(({ chain }) => chain)
    .filter(({ subject }) => equal(subject, leaf.issuer));
  const values = certificateValues(leaf.encoding).filter(
    ([title]) => title === 'Signed certificate timestamp',
  );
  let failure: unknown = new Error(
    'its issuer is not in the trusted root, and what was seen names the issuer',
  );
  for (const { spki } of issuers) {
    try {
      const logs = verifyScts(leaf, spki, ctlogs);
      const words = `${logs} certificate ${logs === 1 ? 'log' : 'logs'} of the trusted root signed that the certificate was seen`;
      return [undefined, { words, values }];
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

export function signed(entry: ReadEntry): Done<undefined> {
  const stated = bundleFromEntry({ ...entry, inclusionProof: undefined })?.content;
  if (stated?.kind !== 'message' || stated.digest === undefined) {
    const words =
      'of an attestation the log holds the hash alone, not the statement that was signed: verify its bundle for that';
    return [undefined, { words, state: 'noted' }];
  }
  const { signature, digest } = stated;
  const key = readPublicKey(spkiIn(entry));
  if (entry.version === hashedRekordKind.version) {
    const { keyDetails } = parseHashedRekord(entry.canonicalizedBody);
    if (algorithmNamed(keyDetails)?.fits(key) !== true) throw new Error(`the key is none of ${keyDetails}`);
  }
  if (!verifyDigest(key, digest.algorithm, digest.bytes, signature))
    throw new Error('the signature in the entry is not one over its digest by its key');
  const values = [
    [digest.algorithm, toHex(digest.bytes)],
    ['Signature', toHex(signature)],
  ] as const;
  return [undefined, { words: 'made by this key over this digest', values }];
}

function spkiIn(entry: ReadEntry): Uint8Array {
  const certificate = certificateIn(entry);
  if (certificate !== undefined) return certificate.spki;
  if (entry.version === hashedRekordKind.version)
    return parseHashedRekord(entry.canonicalizedBody).verifier.bytes;
  const [verifier] = readEntryV1(JSON.parse(fromUtf8(entry.canonicalizedBody)))?.verifiers ?? [];
  return verifier?.key.spki ?? new Uint8Array(0);
}
