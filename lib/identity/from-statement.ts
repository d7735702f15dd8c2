/**
 * The packages an intoto entry of Rekor v1 is about, and the digests of them. The leaf holds only the SHA-256 of the
 * statement that was signed (spec.content.payloadHash, in 0.0.1 as in 0.0.2 the log's own, of the payload with its base64
 * taken off); the log serves the statement beside it. What is not hashed there is not read: whoever serves it could write any name.
 */
import * as z from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { readStatement } from '#lib/bundle/statement.ts';
import { equal, fromHex, toHex } from '#lib/encoding/bytes.ts';
import { algorithmOf, readFileDigest } from './file-digest.ts';
import { normalise, type Identity } from './normalise.ts';

const bound = z.object({
  content: z.object({ payloadHash: z.object({ algorithm: z.literal('sha256'), value: z.string() }) }),
});

/** A release names a handful. Each becomes a row or two, and who writes a statement does not decide what it costs. */
const mostSubjects = 256;

/**
 * `served`: what came with the entry, empty when nothing did, undefined where nobody asked. Undefined for what was served and
 * does not read, and for what the leaf says there is and the log keeps to itself: whom it is about is not known then.
 */
export function subjectsIn(
  kind: string,
  spec: unknown,
  served: Uint8Array | undefined,
): Identity[] | undefined {
  if (kind !== 'intoto' || served === undefined) return [];
  const hashed = bound.safeParse(spec);
  if (served.length === 0) return hashed.success ? undefined : [];
  const expected = hashed.success ? fromHex(hashed.data.content.payloadHash.value) : undefined;
  if (expected === undefined || !equal(sha256(served), expected)) return undefined;
  const subjects = readStatement(served)?.subjects.slice(0, mostSubjects);
  if (subjects === undefined) return undefined;
  const names = subjects.flatMap(({ name }) => {
    const bare = withoutVersion(name);
    return bare === undefined ? [name] : [name, bare];
  });
  const found = [
    ...names.flatMap((name) => normalise('package', wellFormed(name))),
    ...subjects.flatMap(({ digests }) => artifactsOf(digests)),
  ];
  return [...new Map(found.map((identity) => [identity.value, identity])).values()];
}

/** Those of in-toto's DigestSet that people look files up by. */
function artifactsOf(digests: ReadonlyMap<string, Uint8Array>): Identity[] {
  return [...digests].flatMap(([algorithm, bytes]): Identity[] => {
    const digest = readFileDigest(toHex(bytes));
    return digest !== undefined && algorithmOf(digest) === algorithm
      ? [{ kind: 'artifact', value: `${algorithm}:${digest}` }]
      : [];
  });
}

/** JSON can spell half a character, of which a database would make another name than we compare. */
function wellFormed(name: string): string {
  return name.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * `pkg:npm/acme@1.2.3?arch=x#lib` is also `pkg:npm/acme` (package-url: the version stands behind the last `@`, whose like in
 * names is escaped, though a scope is often written with a bare one).
 */
function withoutVersion(name: string): string | undefined {
  if (!/^pkg:/i.test(name)) return undefined;
  const [path = ''] = name.split(/[?#]/, 1);
  const at = path.lastIndexOf('@');
  const bare = at > path.lastIndexOf('/') + 1 ? path.slice(0, at) : path;
  return bare === name ? undefined : bare;
}
