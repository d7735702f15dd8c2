/** ProposedEntry and the queries of Rekor v1's API, as its OpenAPI file has them. Fields it does not know are let pass. */
import { z } from 'zod';
import { fromBase64, fromProtoBase64 } from '#lib/encoding/base64.ts';
import { fromHex, fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { readPemVerifier } from '#lib/rekor/pem-verifier.ts';
import { RequestError } from '../http/exchange.ts';

const mostSignatures = 10;

const base64 = decoded(fromBase64, 'not base64');
const twice = decoded((text) => {
  const once = fromBase64(text);
  return once?.every((byte) => byte < 0x80) === true ? fromBase64(fromUtf8(once)) : undefined;
}, 'not base64 of base64');
const filled = base64.refine((bytes) => bytes.length > 0, 'empty');
const hex = decoded(fromHex, 'not hexadecimal');
const pem = decoded(readPemVerifier, 'not base64 of a PEM public key or certificate this log can read');
// RFC 8785 §3.2.2.2: a lone surrogate has no canonical form.
const text = z.string().refine((value) => !/\p{Surrogate}/u.test(value), 'not Unicode');
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).min(1).max(mostSignatures);

const hashed = z.object({
  data: z.object({ hash: z.object({ algorithm: z.enum(['sha256', 'sha384', 'sha512']), value: hex }) }),
  signature: z.object({ content: filled, publicKey: z.object({ content: pem }) }),
});
const dsse = z.object({ proposedContent: z.object({ envelope: text, verifiers: list(pem) }) });
const intoto = z.object({
  content: z.object({
    envelope: z.object({
      payloadType: text,
      payload: twice,
      signatures: list(z.object({ sig: twice, publicKey: pem, keyid: text.optional() })),
    }),
    hash: z.object({ algorithm: z.literal('sha256'), value: hex.refine((value) => value.length === 32) }),
  }),
});
const envelope = z.object({
  payloadType: text,
  payload: decoded(fromProtoBase64, 'not base64'),
  signatures: list(z.object({ sig: decoded(fromProtoBase64, 'not base64').refine((sig) => sig.length > 0) })),
});

const proposed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hashedrekord'), apiVersion: z.literal('0.0.1'), spec: hashed }),
  z.object({ kind: z.literal('dsse'), apiVersion: z.literal('0.0.1'), spec: dsse }),
  z.object({ kind: z.literal('intoto'), apiVersion: z.literal('0.0.2'), spec: intoto }),
]);

export type ProposedEntry = z.infer<typeof proposed>;
export type HashedProposal = z.infer<typeof hashed>;
export type DsseProposal = z.infer<typeof dsse>;
export type IntotoProposal = z.infer<typeof intoto>;

const retrieval = z.object({
  entryUUIDs: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^(?:[0-9a-f]{64}|[0-9a-f]{80})$/),
    )
    .default([]),
  logIndexes: z.array(z.int().min(0)).default([]),
  entries: z.array(z.unknown()).default([]),
});

const search = z.object({
  // Empty is as good as absent: one client always sends it.
  email: z
    .string()
    .max(512)
    .regex(/^(?:[^\s@]+@[^\s@]+)?$/, 'not an address')
    .optional(),
  subject: z.string().min(1).max(512).optional(),
  hash: z
    .string()
    .regex(
      /^(?:(?:sha512:)?[0-9a-fA-F]{128}|(?:sha384:)?[0-9a-fA-F]{96}|(?:sha256:)?[0-9a-fA-F]{64}|(?:sha1:)?[0-9a-fA-F]{40})$/,
    )
    .optional(),
  publicKey: z.object({ format: z.literal('x509'), content: base64 }).optional(),
  operator: z.enum(['and', 'or']).default('or'),
});

export type Retrieval = z.infer<typeof retrieval>;
export type Search = z.infer<typeof search>;

/** Each throws RequestError `malformed` with the place of the first thing that is wrong. */
export const readProposed = (body: Uint8Array): ProposedEntry => read(proposed, parse(body));
export const readProposedValue = (value: unknown): ProposedEntry => read(proposed, value);
export const readRetrieval = (body: Uint8Array): Retrieval => read(retrieval, parse(body));
export const readSearch = (body: Uint8Array): Search => read(search, parse(body));
export const readEnvelope = (json: string): z.infer<typeof envelope> => read(envelope, parseText(json));

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RequestError('malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

function parse(body: Uint8Array): unknown {
  try {
    return parseText(fromUtf8(body));
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError('malformed', 'the body is not UTF-8', { cause });
  }
}

function parseText(json: string): unknown {
  try {
    return parseStrictJson(json);
  } catch (cause) {
    throw new RequestError('malformed', 'not JSON in which every name stands once', { cause });
  }
}

function decoded<T>(decode: (text: string) => T | undefined, complaint: string) {
  return z.string().transform((given, context) => {
    const value = decode(given);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: complaint });
    return z.NEVER;
  });
}
