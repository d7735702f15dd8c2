/** What is known of an ordinary signature, as workers find it: a test says what is not ordinary about its own. */
import { factsSchema, type Facts, type FactsKnown } from '#lib/rules/facts.ts';

/** The name never signed before, so neither did it by this issuer or from this repository. */
export const neverBefore = { firstForIdentity: true, firstForIssuer: true, firstForSource: true } as const;

let entries = 0;

/** What is not ordinary about it. */
export type FactsChange = Partial<FactsKnown>;

/** Each of another entry, seen now, unless it is said. */
export function signatureFacts(change: FactsChange = {}): Facts {
  return factsSchema.parse({
    identity: 'dev@example.com',
    identityKind: 'email',
    logId: 'rekor2-0',
    logName: 'log.example',
    event: 'signature',
    index: String(++entries),
    seenAt: new Date().toISOString(),
    trust: 'trusted',
    issuer: 'https://accounts.example.com',
    digest: null,
    digestAlgorithm: null,
    certificate: null,
    claims: {},
    source: null,
    firstForIdentity: false,
    firstForIssuer: false,
    firstForSource: false,
    ...change,
  });
}
