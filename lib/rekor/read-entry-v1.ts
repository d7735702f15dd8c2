/** What a leaf of a Rekor v1 log says, of the kinds that Sigstore clients write; attacker-controlled like any leaf. */
import * as z from 'zod';
import type { ProtoHash } from '#lib/crypto/algorithms.ts';
import { fromHex } from '#lib/encoding/bytes.ts';
import { readPemVerifier, type PemVerifier } from './pem-verifier.ts';

export interface EntryV1 {
  readonly kind: 'hashedrekord' | 'dsse';
  readonly digestAlgorithm: ProtoHash;
  /** Of the artifact; of the payload for an envelope. */
  readonly digest: Uint8Array;
  readonly verifiers: readonly PemVerifier[];
}

const protoNames = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const;
const mostSignatures = 64;

const hash = z.object({
  algorithm: z.enum(['sha256', 'sha384', 'sha512']),
  value: decoded(fromHex, 'not hexadecimal'),
});
const pem = decoded(readPemVerifier, 'not base64 of a PEM public key or certificate');
const signatures = <Shape extends z.ZodType>(shape: Shape) => z.array(shape).min(1).max(mostSignatures);

const entry = z.union([
  z
    .object({
      kind: z.literal('hashedrekord'),
      apiVersion: z.literal('0.0.1'),
      spec: z.object({
        data: z.object({ hash }),
        signature: z.object({ publicKey: z.object({ content: pem }) }),
      }),
    })
    .transform(({ spec }) => stated('hashedrekord', spec.data.hash, [spec.signature.publicKey.content])),
  z
    .object({
      kind: z.literal('dsse'),
      apiVersion: z.literal('0.0.1'),
      spec: z.object({ payloadHash: hash, signatures: signatures(z.object({ verifier: pem })) }),
    })
    .transform(({ spec }) =>
      stated(
        'dsse',
        spec.payloadHash,
        spec.signatures.map(({ verifier }) => verifier),
      ),
    ),
  z
    .object({
      kind: z.literal('intoto'),
      apiVersion: z.literal('0.0.2'),
      spec: z.object({
        content: z.object({
          payloadHash: hash,
          envelope: z.object({ signatures: signatures(z.object({ publicKey: pem })) }),
        }),
      }),
    })
    .transform(({ spec: { content } }) =>
      stated(
        'dsse',
        content.payloadHash,
        content.envelope.signatures.map(({ publicKey }) => publicKey),
      ),
    ),
]);

/** From parsed JSON; undefined when it is no entry of these kinds, or not of their form. */
export function readEntryV1(leaf: unknown): EntryV1 | undefined {
  return entry.safeParse(leaf).data;
}

function stated(
  kind: EntryV1['kind'],
  { algorithm, value }: z.infer<typeof hash>,
  verifiers: PemVerifier[],
): EntryV1 {
  return { kind, digestAlgorithm: protoNames[algorithm], digest: value, verifiers };
}

function decoded<T>(decode: (text: string) => T | undefined, complaint: string) {
  return z.string().transform((text, context) => {
    const value = decode(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: complaint });
    return z.NEVER;
  });
}
