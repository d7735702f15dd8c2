/**
 * CreateEntryRequest of Rekor v2, as protojson: names in camelCase or snake_case, bytes in either base64 with or without
 * padding, enums by name or number, null for a field that is not there. An unknown field is refused.
 */
import { z } from 'zod';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { RequestError } from '../http/exchange.ts';

const bytes = z.string().transform((text, context) => {
  const decoded = fromProtoBase64(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const filled = bytes.refine((value) => value.length > 0, 'missing');
const keyDetails = z.union([z.string().max(64), z.int()]);
const material = z.strictObject({ rawBytes: filled });

const verifier = z
  .strictObject({ publicKey: material.optional(), x509Certificate: material.optional(), keyDetails })
  .transform((value, context) => {
    const { publicKey, x509Certificate } = value;
    if (publicKey !== undefined && x509Certificate === undefined) {
      return { kind: 'publicKey' as const, bytes: publicKey.rawBytes, keyDetails: value.keyDetails };
    }
    if (x509Certificate !== undefined && publicKey === undefined) {
      return { kind: 'certificate' as const, bytes: x509Certificate.rawBytes, keyDetails: value.keyDetails };
    }
    context.addIssue({ code: 'custom', message: 'one of publicKey and x509Certificate belongs here' });
    return z.NEVER;
  });

const hashedRekord = z.strictObject({
  digest: filled,
  signature: z.strictObject({ content: filled, verifier }),
});

const dsse = z.strictObject({
  envelope: z.strictObject({
    // A payload may be empty, and protojson then leaves it out.
    payload: bytes.default(new Uint8Array(0)),
    payloadType: z.string().default(''),
    signatures: z.array(z.strictObject({ sig: filled, keyid: z.string().optional() })),
  }),
  verifiers: z.array(verifier),
});

const request = z.union([
  z.strictObject({ hashedRekordRequestV002: hashedRekord }),
  z.strictObject({ dsseRequestV002: dsse }),
]);

export type CreateEntryRequest = z.infer<typeof request>;
export type RequestVerifier = z.infer<typeof verifier>;
export type HashedRekordRequest = z.infer<typeof hashedRekord>;
export type DsseRequest = z.infer<typeof dsse>;

const kinds = { hashedRekordRequestV002: hashedRekord, dsseRequestV002: dsse };

/** Throws RequestError `malformed` with the place of the first thing that is wrong. */
export function readRequest(body: Uint8Array): CreateEntryRequest {
  const value = camelCased(parse(body), 0);
  const parsed = request.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestError('malformed', `invalid request: ${reason(value)}`);
}

function parse(body: Uint8Array): unknown {
  try {
    return parseStrictJson(fromUtf8(body));
  } catch (cause) {
    throw new RequestError('malformed', 'the body is not JSON in which every name stands once', { cause });
  }
}

/** The issue within the one kind that was meant; a union would only say that nothing fits. */
function reason(value: unknown): string {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [kind, content] = entries[0] ?? ['', undefined];
  if (entries.length !== 1 || !(kind === 'hashedRekordRequestV002' || kind === 'dsseRequestV002')) {
    return 'exactly one of hashedRekordRequestV002 and dsseRequestV002 belongs there';
  }
  const issue = kinds[kind].safeParse(content).error?.issues[0];
  return `${[kind, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not valid'}`;
}

const deepest = 16;

function camelCased(value: unknown, depth: number): unknown {
  if (depth > deepest) throw new RequestError('malformed', 'the body is nested too deep');
  if (Array.isArray(value)) return value.map((item) => camelCased(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const renamed: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) {
    if (member === null) continue;
    const camel = camelOf(name);
    if (camel in renamed) throw new RequestError('malformed', `${camel} stands there twice`);
    renamed[camel] = camelCased(member, depth + 1);
  }
  return renamed;
}

function camelOf(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
