/** What clients post, both dialects of it, brought to one shape. Unknown fields are ignored, as protojson servers do. */
import { z } from 'zod';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { IssuanceError } from './issuance-error.ts';

/** The key and the proof that the asker holds it, not yet looked into. */
export type KeyMaterial =
  | {
      readonly kind: 'key';
      /** PEM text, or the bare SubjectPublicKeyInfo. */
      readonly content: string | Uint8Array;
      readonly proof: Uint8Array;
    }
  | { readonly kind: 'csr'; readonly pem: string };

export interface SigningRequest {
  readonly token: string;
  readonly key: KeyMaterial;
}

/** grpc-gateway takes snake_case as well as lowerCamelCase. */
function camelKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inner,
    ]),
  );
}

const part = <T extends z.ZodType>(schema: T) => z.preprocess(camelKeys, schema);
const optionalText = z.string().nullish();

const v2Request = part(
  z.object({
    credentials: part(z.object({ oidcIdentityToken: optionalText })).nullish(),
    publicKeyRequest: part(
      z.object({
        // The algorithm a client names beside the key is ignored: the key itself says what it is.
        publicKey: part(z.object({ content: optionalText })).nullish(),
        proofOfPossession: optionalText,
      }),
    ).nullish(),
    certificateSigningRequest: optionalText,
  }),
);

const v1Request = z.object({
  publicKey: z.object({ content: optionalText }).nullish(),
  signedEmailAddress: optionalText,
  certificateSigningRequest: optionalText,
});

export function readV2Request(body: unknown, authorization: string | undefined): SigningRequest {
  const parsed = v2Request.safeParse(body);
  if (!parsed.success) throw malformed();
  const { credentials, publicKeyRequest, certificateSigningRequest } = parsed.data;
  const csr = filled(certificateSigningRequest);
  return {
    token: filled(credentials?.oidcIdentityToken) ?? bearer(authorization),
    key:
      csr === undefined
        ? keyMaterial(publicKeyRequest?.publicKey?.content ?? '', publicKeyRequest?.proofOfPossession)
        : { kind: 'csr', pem: decodedText(csr, 'csr-unparsable') },
  };
}

/** In the older dialect the PEM of the key is in base64 too, and the token comes in the header alone. */
export function readV1Request(body: unknown, authorization: string | undefined): SigningRequest {
  const parsed = v1Request.safeParse(body);
  if (!parsed.success) throw malformed();
  const { publicKey, signedEmailAddress, certificateSigningRequest } = parsed.data;
  const csr = filled(certificateSigningRequest);
  return {
    token: bearer(authorization),
    key:
      csr === undefined
        ? keyMaterial(keyContent(publicKey?.content ?? ''), signedEmailAddress)
        : { kind: 'csr', pem: decodedText(csr, 'csr-unparsable') },
  };
}

const sequenceTag = 0x30;

/** Base64 of PEM as Go's clients send it, or of the DER inside it, which begins with what no PEM does. */
function keyContent(base64: string): string | Uint8Array {
  const bytes = fromProtoBase64(base64);
  return bytes?.[0] === sequenceTag ? bytes : decodedText(base64, 'key-unparsable');
}

function keyMaterial(content: string | Uint8Array, proof: string | null | undefined): KeyMaterial {
  const bytes = fromProtoBase64(proof ?? '');
  if (bytes === undefined)
    throw new IssuanceError('possession-unproven', 'The proof of possession is not base64.');
  return { kind: 'key', content, proof: bytes };
}

function decodedText(base64: string, code: 'csr-unparsable' | 'key-unparsable'): string {
  const bytes = fromProtoBase64(base64);
  try {
    if (bytes !== undefined) return fromUtf8(bytes);
  } catch (cause) {
    throw new IssuanceError(code, 'Not PEM text.', { cause });
  }
  throw new IssuanceError(code, 'Not base64.');
}

/** `Bearer x` in any case, or x bare. */
function bearer(authorization: string | undefined): string {
  return (authorization ?? '').replace(/^bearer /i, '').trim();
}

function filled(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

function malformed(): IssuanceError {
  return new IssuanceError('request-malformed', 'The request is not of the form this endpoint takes.');
}
