/** in-toto Statement, v0.1 and v1: which artifacts an attestation speaks of, and of what kind it is. */
import * as z from 'zod/mini';
import { fromHex, fromUtf8 } from '#lib/encoding/bytes.ts';

export const inTotoPayloadType = 'application/vnd.in-toto+json';
export const statementType = 'https://in-toto.io/Statement/v1';

const subject = z.object({
  name: z.optional(z.string()),
  digest: z.record(z.string(), z.string()),
});

const statement = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', statementType]),
  subject: z.array(subject).check(z.minLength(1), z.maxLength(10_000)),
  predicateType: z.string().check(z.minLength(1), z.maxLength(1000)),
});

export interface Statement {
  readonly predicateType: string;
  readonly subjects: readonly StatementSubject[];
}

export interface StatementSubject {
  readonly name: string;
  /** By in-toto's names: sha256, sha384, sha512, and whatever else. Values that are not hexadecimal are left out. */
  readonly digests: ReadonlyMap<string, Uint8Array>;
}

/** Undefined when the payload is no statement. */
export function readStatement(payload: Uint8Array): Statement | undefined {
  const parsed = statement.safeParse(parseJson(payload));
  if (!parsed.success) return undefined;
  const { predicateType, subject } = parsed.data;
  return {
    predicateType,
    subjects: subject.map(({ name = '', digest }) => ({ name, digests: decode(digest) })),
  };
}

function decode(digest: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  const digests = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(digest)) {
    const bytes = fromHex(value);
    if (bytes !== undefined && bytes.length > 0) digests.set(name, bytes);
  }
  return digests;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(payload));
  } catch {
    return undefined;
  }
}
