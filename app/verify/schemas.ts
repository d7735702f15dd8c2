/** What is asked when something is to be verified, by the API or by the page, and what is answered. */
import * as z from 'zod';
import type { RuleReport } from '#lib/policy/evaluate-policy.ts';
import { fulcioOids, type FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { digestForm } from './artifact-text.ts';
import { largestFile, longestPolicy, mostBundles } from './limits.ts';

/** Of those that are sent here. */
export const longestBundle = 1024 * 1024;

const text = z.string().min(1).max(2000);
const glob = z.strictObject({ glob: text });

const digestText = z.string().trim().toLowerCase().regex(digestForm, 'not sha256:HEX');

const artifact = z.union(
  [
    z.strictObject({ digest: digestText }),
    z.strictObject({
      bytes: z
        .string()
        .max(Math.ceil(largestFile / 3) * 4)
        .describe('Base64.'),
    }),
  ],
  { error: `either {"digest": "sha256:HEX"} or {"bytes": BASE64} of at most ${largestFile} bytes` },
);

const bundle = z
  .union([z.record(z.string(), z.unknown()), z.string().max(longestBundle)], {
    error: `a Sigstore bundle, as JSON or as its text, of at most ${longestBundle} characters`,
  })
  .transform((given, context) => {
    try {
      return typeof given === 'string' ? given : JSON.stringify(given);
    } catch {
      // What can be read and not be written is nested deeper than any stack.
      context.addIssue({ code: 'custom', message: 'nested too deep' });
      return z.NEVER;
    }
  })
  .refine((given) => given.length <= longestBundle, `over ${longestBundle} characters`)
  .describe('A Sigstore bundle 0.1 to 0.3, as JSON or as its text.');

const predicateTypes = z.array(text).min(1).max(20).optional().describe('Attestations of these types alone.');

/** An identity means nothing without who vouched for it, so neither has a default. */
const signerRequest = z.strictObject({
  artifact,
  bundle,
  identity: z
    .union([text, z.strictObject({ emailDomain: text }), glob], { error: 'who must have signed is needed' })
    .describe('Who must have signed: exact text, a mail domain, or a glob.'),
  issuer: z
    .union([text, glob], { error: 'who must have vouched for the login is needed' })
    .describe('Who must have vouched for the login: exact text or a glob.'),
  claims: z
    .strictObject(
      Object.fromEntries(
        fulcioOids.map(({ name }) => [name, z.union([text, glob]).optional()] as const),
      ) as Record<FulcioClaimName, z.ZodOptional<z.ZodUnion<[typeof text, typeof glob]>>>,
    )
    .optional()
    .describe('What the certificate must say besides, each exact or as a glob.'),
  predicateTypes,
});

export const keyRequest = z.strictObject({
  artifact,
  bundle,
  key: z
    .string()
    .min(1)
    .max(16 * 1024)
    .describe('The public key it must be signed with, PEM, instead of identity and issuer.'),
  predicateTypes,
});

const policyRequest = z.strictObject({
  artifact,
  policy: z.string().min(1).max(longestPolicy).describe('A policy file as its text, YAML or JSON.'),
  bundles: z
    .array(z.strictObject({ name: text.max(200).describe('What the report calls it.'), bundle }))
    .min(1)
    .max(mostBundles),
});

export const verifyBody = z.union([signerRequest, keyRequest, policyRequest]);
export type SignerRequest = z.infer<typeof signerRequest>;
export type KeyRequest = z.infer<typeof keyRequest>;
export type PolicyRequest = z.infer<typeof policyRequest>;
export type VerifyRequest = SignerRequest | KeyRequest | PolicyRequest;

/** Which of the three it is decides what is complained of. */
export function readVerifyBody(body: unknown): z.ZodSafeParseResult<VerifyRequest> {
  const given = typeof body === 'object' && body !== null ? body : {};
  if ('policy' in given) return policyRequest.safeParse(body);
  return 'key' in given ? keyRequest.safeParse(body) : signerRequest.safeParse(body);
}

const stepName = z.enum(['timestamps', 'certificate', 'log', 'signature', 'identity']);
const steps = z.array(
  z.discriminatedUnion('outcome', [
    z.object({ step: stepName, outcome: z.literal('passed'), facts: z.array(z.string()) }),
    z.object({ step: stepName, outcome: z.literal('failed'), code: z.string(), reason: z.string() }),
    z.object({ step: stepName, outcome: z.literal('skipped'), reason: z.string() }),
  ]),
);

const signer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('key'), publicKey: z.string() }),
  z.object({
    kind: z.literal('certificate'),
    identity: z.string(),
    identityKind: z.string(),
    issuer: z.string(),
    claims: z.record(z.string(), z.string()),
  }),
]);

const verified = z.object({
  verdict: z.literal('verified'),
  signer,
  times: z.array(z.object({ source: z.string(), name: z.string(), time: z.iso.datetime() })),
  entries: z.array(z.object({ log: z.string(), index: z.string() })),
  predicateType: z.string().optional(),
  steps,
});
const refused = z.object({
  verdict: z.literal('refused'),
  failure: z.object({
    step: z.string().describe('One of the steps, or `bundle` for what is no bundle.'),
    code: z.string(),
    reason: z.string(),
  }),
  steps,
});
const outcome = z.discriminatedUnion('verdict', [verified, refused]);

const common = {
  artifact: z.string().describe('The digest the answer is about.'),
  statement: z.string().describe('The verdict in one sentence.'),
  trustReadAt: z.iso.datetime().describe('When this instance last read the trusted root that it used.'),
};

const signerAnswer = z.discriminatedUnion('verdict', [verified.extend(common), refused.extend(common)]);

const policyAnswer = z.object({
  ...common,
  verdict: z.enum(['satisfied', 'unsatisfied', 'blocked']),
  reason: z.string(),
  rule: z.unknown().describe('How each rule of the policy came out: who signed, who is missing.'),
  signatures: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(['counts', 'does-not-count']),
      person: z.string().optional(),
      code: z.string().optional(),
      reason: z.string().optional(),
      verification: outcome,
    }),
  ),
});

export const verifyAnswer = z.union([signerAnswer, policyAnswer]);
export type SignerAnswer = z.infer<typeof signerAnswer>;
export type PolicyAnswer = z.infer<typeof policyAnswer> & { readonly rule: RuleReport };
