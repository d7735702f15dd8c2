/**
 * Entries of Rekor v1 (and the dsse kind that Rekor v2 took until June 2026): JSON whose every field that says anything
 * about the signature is compared with the bundle. Unknown fields are refused, since nobody could say what they mean.
 */
import * as z from 'zod/mini';
import { digest } from '#crypto/digest.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { equal, fromHex, fromUtf8 } from '#lib/encoding/bytes.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import type { SignedThing } from './signed-thing.ts';
import { VerificationFailure } from './verification.ts';

const base64 = decoded((text) => fromBase64(text), 'not base64');
const hex = decoded((text) => fromHex(text), 'not hexadecimal');
/** Base64 of base64, as protobuf and JSON met in these kinds. */
const base64Twice = decoded((text) => twice(text), 'not base64 of base64');
/** Base64 of PEM: the DER of its one block. */
const pem = decoded((text) => onePemBlock(text), 'not base64 of one PEM block');

const hashNames = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
const hash = z.strictObject({ algorithm: z.enum(['sha256', 'sha384', 'sha512']), value: hex });
const rawBytes = z.strictObject({ rawBytes: base64 });

const hashedRekord001 = z.strictObject({
  data: z.strictObject({ hash }),
  signature: z.strictObject({ content: base64, publicKey: z.strictObject({ content: pem }) }),
});

const dsse001 = z.strictObject({
  // Over the envelope as the client happened to spell it: nothing can be compared with it.
  envelopeHash: hash,
  payloadHash: hash,
  signatures: z.array(z.strictObject({ signature: base64, verifier: pem })).check(z.length(1)),
});

const intoto002 = z.strictObject({
  content: z.strictObject({
    envelope: z.strictObject({
      payload: z.optional(base64Twice),
      payloadType: z.string(),
      signatures: z
        .array(z.strictObject({ keyid: z.optional(z.string()), publicKey: pem, sig: base64Twice }))
        .check(z.length(1)),
    }),
    hash,
    payloadHash: hash,
  }),
});

const dsse002 = z.strictObject({
  dsseV002: z.strictObject({
    payloadHash: z.strictObject({ algorithm: z.literal('SHA2_256'), digest: base64 }),
    signatures: z
      .array(
        z.strictObject({
          content: base64,
          verifier: z.strictObject({
            keyDetails: z.string(),
            x509Certificate: z.optional(rawBytes),
            publicKey: z.optional(rawBytes),
          }),
        }),
      )
      .check(z.length(1)),
  }),
});

/** What an entry states, whatever its kind. */
interface Stated {
  readonly hash: { readonly name: HashName; readonly value: Uint8Array; readonly of: 'message' | 'payload' };
  readonly signature: Uint8Array | undefined;
  readonly verifier: Uint8Array | undefined;
  readonly payloadType?: string;
  readonly payload?: Uint8Array | undefined;
}

const kinds: Readonly<Record<string, (spec: unknown) => Stated>> = {
  'hashedrekord/0.0.1': (spec) => {
    const { data, signature } = parsed(hashedRekord001, spec);
    return {
      hash: { name: hashNames[data.hash.algorithm], value: data.hash.value, of: 'message' },
      signature: signature.content,
      verifier: signature.publicKey.content,
    };
  },
  'dsse/0.0.1': (spec) => {
    const { payloadHash, signatures } = parsed(dsse001, spec);
    return {
      hash: { name: hashNames[payloadHash.algorithm], value: payloadHash.value, of: 'payload' },
      signature: signatures[0]?.signature,
      verifier: signatures[0]?.verifier,
    };
  },
  'intoto/0.0.2': (spec) => {
    const { envelope, payloadHash } = parsed(intoto002, spec).content;
    return {
      hash: { name: hashNames[payloadHash.algorithm], value: payloadHash.value, of: 'payload' },
      signature: envelope.signatures[0]?.sig,
      verifier: envelope.signatures[0]?.publicKey,
      payloadType: envelope.payloadType,
      payload: envelope.payload,
    };
  },
  'dsse/0.0.2': (spec) => {
    const { payloadHash, signatures } = parsed(dsse002, spec).dsseV002;
    const verifier = signatures[0]?.verifier;
    return {
      hash: { name: 'SHA-256', value: payloadHash.digest, of: 'payload' },
      signature: signatures[0]?.content,
      verifier: (verifier?.x509Certificate ?? verifier?.publicKey)?.rawBytes,
    };
  },
};

export function bindV1Entry(entry: BundleEntry, signed: SignedThing): void {
  const kind = `${entry.kind}/${entry.version}`;
  const read = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (read === undefined) {
    throw new VerificationFailure('entry-unsupported', 'a kind of log entry we cannot compare');
  }
  const stated = readStated(entry, read);
  const parts = [
    holdsDigest(stated, signed) ? '' : 'digest',
    stated.signature !== undefined && equal(stated.signature, signed.signature) ? '' : 'signature',
    stated.verifier !== undefined && equal(stated.verifier, signed.verifier.bytes) ? '' : 'key',
  ].filter((part) => part !== '');
  if (parts.length === 0) return;
  throw new VerificationFailure(
    'entry-of-another-signature',
    `the log entry is about another ${parts.join(' and another ')}`,
  );
}

const body = z.strictObject({ apiVersion: z.string(), kind: z.string(), spec: z.unknown() });

function readStated(entry: BundleEntry, read: (spec: unknown) => Stated): Stated {
  const { apiVersion, kind, spec } = parsed(body, parseJson(entry.canonicalizedBody));
  if (kind === entry.kind && apiVersion === entry.version) return read(spec);
  throw new VerificationFailure('entry-malformed', 'the log entry is of another kind than the bundle says');
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, json: unknown): z.output<Schema> {
  const { data, success } = z.safeParse(schema, json);
  if (success) return data;
  throw new VerificationFailure('entry-malformed', 'the log entry does not read as its kind');
}

function parseJson(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(leaf));
  } catch (cause) {
    throw new VerificationFailure('entry-malformed', 'the log entry is not JSON', { cause });
  }
}

function holdsDigest({ hash, payloadType, payload }: Stated, { content }: SignedThing): boolean {
  if (content.kind === 'message') {
    return hash.of === 'message' && content.digests(hash.name).some((one) => equal(one, hash.value));
  }
  // A hashedrekord that is not Rekor v2's says nothing about an envelope.
  if (hash.of !== 'payload') return false;
  const sameType = payloadType === undefined || payloadType === content.payloadType;
  const samePayload = payload === undefined || equal(payload, content.payload);
  return sameType && samePayload && equal(hash.value, digest(hash.name, content.payload));
}

function twice(text: string): Uint8Array | undefined {
  const once = fromBase64(text);
  const inner = once && asAscii(once);
  return inner === undefined ? undefined : fromBase64(inner);
}

function onePemBlock(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  const blocks = bytes && fromPem(asAscii(bytes) ?? '');
  return blocks?.length === 1 ? blocks[0]?.bytes : undefined;
}

function asAscii(bytes: Uint8Array): string | undefined {
  return bytes.every((byte) => byte < 0x80) ? fromUtf8(bytes) : undefined;
}

function decoded(decode: (text: string) => Uint8Array | undefined, complaint: string) {
  return z.pipe(
    z.string(),
    z.transform((text: string, context): Uint8Array => {
      const bytes = decode(text);
      if (bytes !== undefined) return bytes;
      context.issues.push({ code: 'custom', message: complaint, input: text });
      return z.NEVER;
    }),
  );
}
