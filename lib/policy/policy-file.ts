/**
 * A policy as people write it (YAML or JSON): who there is, in which groups, what every signature must satisfy, and how
 * many of whom must have signed. Unknown keys are refused: an option that nobody reads is a hole. The JSON Schema beside
 * this file (policy.schema.json) is made from this one.
 */
import * as z from 'zod';
import { fulcioOids, type FulcioClaimName } from '#lib/x509/fulcio-oids.ts';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name is letters, digits, dot, dash');
const text = z.string().min(1).max(2000);
const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$|^sha384:[0-9a-f]{96}$|^sha512:[0-9a-f]{128}$/, 'sha256:HEX in lower case');

/** Bare text is compared whole; a glob is said to be one. There are no regular expressions. */
const pattern = z.union([text, z.strictObject({ glob: text })]);
const oneOrMore = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.array(schema).min(1).max(1000)]);

const instant = z.iso.datetime({ offset: true });
const count = z.int().min(1).max(1000);

const claims = z.strictObject(
  Object.fromEntries(fulcioOids.map((oid) => [oid.name, pattern.optional()])) as Record<
    FulcioClaimName,
    z.ZodOptional<typeof pattern>
  >,
);

const conditions = z
  .strictObject({
    issuer: oneOrMore(pattern).optional().describe('who vouched for the login'),
    repository: oneOrMore(text).optional().describe('host/owner/name of the source'),
    ref: oneOrMore(pattern).optional().describe('branch or tag of the source, refs/...'),
    workflow: oneOrMore(pattern).optional().describe('URI of the workflow that signed'),
    claims: claims.optional().describe('any other claim of the certificate'),
    predicateTypes: z
      .array(text)
      .min(1)
      .max(100)
      .optional()
      .describe(
        'attestations of these types alone; plain signatures then do not count. Without it plain signatures alone count',
      ),
    signedAfter: instant.optional(),
    signedBefore: instant.optional(),
    maxAgeDays: z.number().positive().max(36_500).optional(),
    timestamps: z
      .strictObject({ atLeast: count, from: z.array(text).min(1).max(100).optional() })
      .optional()
      .describe('distinct authorities that vouch for the time, a log with a signed promise among them'),
    logs: z
      .strictObject({ atLeast: count, from: z.array(text).min(1).max(100).optional() })
      .optional()
      .describe('distinct transparency logs, by base URL'),
    witnesses: z
      .strictObject({ atLeast: count, keys: z.array(text).min(1).max(100) })
      .optional()
      .describe('distinct witnesses that cosigned a checkpoint, as c2sp.org verifier keys'),
  })
  .describe('what a signature must satisfy to count');

const identityCredential = z.strictObject({ identity: text, issuer: pattern });
const globCredential = z.strictObject({ identityGlob: text, issuer: pattern });
const keyCredential = z.strictObject({ publicKey: text.max(10_000).describe('PEM') });
const credential = z.union([identityCredential, globCredential, keyCredential]);

const openMember = z.union([
  z.strictObject({ anyoneAt: text.describe('mail domain'), issuer: pattern }),
  z.strictObject({ anyoneLike: text.describe('glob'), issuer: pattern }),
]);

export type RuleFile =
  | { all: RuleFile[] }
  | { any: RuleFile[] }
  | { atLeast: number; of: string | string[]; where?: z.infer<typeof conditions> | undefined };

const rule: z.ZodType<RuleFile> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(rule).min(1).max(100) }),
    z.strictObject({ any: z.array(rule).min(1).max(100) }),
    z.strictObject({ atLeast: count, of: oneOrMore(name), where: conditions.optional() }),
  ]),
);

export const policyFile = z
  .strictObject({
    $schema: z.string().optional(),
    sigwatchPolicy: z.literal(1).describe('version of this format'),
    name: z.string().max(200).optional(),
    people: z
      .record(name, z.array(credential).min(1).max(100))
      .default({})
      .describe('each with every credential they sign with; however many, they count once'),
    groups: z
      .record(
        name,
        z
          .array(z.union([name, openMember]))
          .min(1)
          .max(10_000),
      )
      .default({})
      .describe('of people, of other groups, or of anyone who fits'),
    roles: z
      .record(name, z.strictObject({ of: oneOrMore(name), where: conditions }))
      .default({})
      .describe('people in a capacity: what they sign under these conditions'),
    accept: conditions.optional().describe('conditions for every signature'),
    observers: z
      .array(z.url({ protocol: /^https?$/ }).max(2000))
      .min(1)
      .max(20)
      .optional()
      .describe(
        'Sigwatch instances whose word on when they first saw a log entry is a time for it, where nobody signed for one',
      ),
    artifact: z
      .strictObject({
        allow: z.array(digest).min(1).max(100_000).optional(),
        deny: z.array(digest).min(1).max(100_000).optional(),
      })
      .optional(),
    require: rule,
  })
  .describe('A Sigwatch signing policy');

export type PolicyFile = z.infer<typeof policyFile>;
export type Conditions = z.infer<typeof conditions>;
export type Credential = z.infer<typeof credential>;
export type OpenMember = z.infer<typeof openMember>;
export type Pattern = z.infer<typeof pattern>;
