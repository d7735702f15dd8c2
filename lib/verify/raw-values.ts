/**
 * What each step looks at, as text for a person who wants to redo it: hexadecimal as other programs print it, certificates
 * as PEM, notes and statements as they are. Says nothing of whether anything holds, and throws for nothing.
 */
import type { Bundle, BundleEntry } from '#lib/bundle/bundle.ts';
import { fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { embeddedScts } from '#lib/x509/sct.ts';
import type { Artifact } from './artifact.ts';
import type { StepName } from './verification.ts';

/** Title and text, in the order in which they are used. */
export type NamedValues = readonly (readonly [title: string, text: string])[];
export type RawValues = { readonly [step in StepName]?: NamedValues };

export function rawValues(bundle: Bundle, artifact: Artifact): RawValues {
  return {
    timestamps: [...bundle.timestamps.flatMap(timestampValues), ...bundle.entries.flatMap(promiseValues)],
    certificate: bundle.material.kind === 'certificate' ? certificateValues(bundle.material.leaf) : [],
    log: bundle.entries.flatMap(entryValues),
    signature: contentValues(bundle, artifact),
  };
}

export function timestampValues(der: Uint8Array): NamedValues {
  const raw = ['Timestamp, DER', toHex(der)] as const;
  const token = attempt(() => readTimestampResponse(der));
  if (token === undefined) return [raw];
  const { genTime, imprint } = token.tstInfo;
  return [
    ['Time stated', genTime.toISOString()],
    [`${imprint.hash} that was stamped, of the signature`, toHex(imprint.digest)],
    raw,
  ];
}

export function promiseValues({ integratedTime, inclusionPromise }: BundleEntry): NamedValues {
  if (integratedTime === undefined) return [];
  const time: NamedValues = [['Integrated time, seconds since 1970', String(integratedTime)]];
  if (inclusionPromise === undefined) return time;
  return [...time, ['Signed entry timestamp', toHex(inclusionPromise)]];
}

export function certificateValues(der: Uint8Array): NamedValues {
  const pem = ['Certificate', toPem('CERTIFICATE', der)] as const;
  const certificate = attempt(() => readCertificate(der));
  if (certificate === undefined) return [pem];
  const { notBefore, notAfter } = certificate;
  const scts = attempt(() => embeddedScts(certificate)) ?? [];
  return [
    ['Valid', `${notBefore.toISOString()} to ${notAfter.toISOString()}`],
    pem,
    ...scts.map(
      ({ logId, timestamp, signature }) =>
        [
          'Signed certificate timestamp',
          `log ${toHex(logId)}\ntime ${timestamp} (milliseconds since 1970)\nsignature ${toHex(signature)}`,
        ] as const,
    ),
  ];
}

function entryValues(entry: BundleEntry): NamedValues {
  const { canonicalizedBody, logId, logIndex, inclusionProof: proof } = entry;
  const own: NamedValues = [
    ['Log and entry', `log ${toHex(logId)}\nentry ${logIndex}`],
    ['Entry', text(canonicalizedBody)],
    ['Leaf hash', toHex(leafHash(canonicalizedBody))],
  ];
  if (proof === undefined) return own;
  return [
    ...own,
    ['Audit path', proof.hashes.map(toHex).join('\n')],
    ['Root', `${toHex(proof.rootHash)}\nof ${proof.treeSize} entries`],
    ...(proof.checkpoint === undefined ? [] : [['Checkpoint', proof.checkpoint] as const]),
  ];
}

function contentValues({ content }: Bundle, artifact: Artifact): NamedValues {
  const digest = artifact.digest('SHA-256');
  const own: NamedValues = [
    ...(digest === undefined ? [] : [['SHA-256 of the file', toHex(digest)] as const]),
    ['Signature', toHex(content.signature)],
  ];
  if (content.kind === 'envelope') return [...own, ['Statement', text(content.payload)]];
  const stated = content.digest;
  return stated === undefined
    ? own
    : [...own, [`${stated.algorithm} that the bundle states`, toHex(stated.bytes)]];
}

/** Hexadecimal where it is no text. */
function text(bytes: Uint8Array): string {
  return attempt(() => fromUtf8(bytes)) ?? toHex(bytes);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
