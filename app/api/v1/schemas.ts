/** What the API takes and gives. The handlers parse with these; /api/openapi.json is made of them. */
import { z } from 'zod';
import { fileDigest } from '#lib/identity/file-digest.ts';
import { readMailbox } from '#lib/identity/normalise.ts';
import { trusts } from '#lib/rules/facts.ts';
import { whyNobody, whyUnwatched } from '../../find/not-understood.ts';
import { readIdentity, readWatchable } from '../../find/question.ts';
import { sightingAnswer } from '../../logs/schemas.ts';
import { readCursor } from '../../signings/cursor.ts';
import { exactNumber } from '../exact-number.ts';
import { problemCodes } from '../problem-kinds.ts';

const identityText = z.string().min(1).max(2048);

export const signingsQuery = z
  .strictObject({
    identity: identityText
      .optional()
      .describe(
        'E-mail address, repository or URI, `package:` and a subject of signed statements, the fingerprint of a PGP key, or a user id of one: `Jane Doe <jane@example.com>`, or `pgp-user:` and any.',
      ),
    digest: z
      .string()
      .regex(fileDigest)
      .optional()
      .describe('SHA-256, SHA-384 or SHA-512 of the artifact, hexadecimal.'),
    certificate: z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .optional()
      .describe('SHA-256 of the certificate that signed, hexadecimal. Without identity and digest.'),
    issuer: z.string().max(2048).optional().describe('Who vouched for the login, exactly.'),
    repository: identityText.optional().describe('For example github.com/acme/app.'),
    source: z
      .string()
      .max(2048)
      .optional()
      .describe('Where it came from, exactly; empty: from no repository. With an identity alone.'),
    log: z.string().max(200).optional().describe('The id of a log. With an identity alone.'),
    standing: z
      .enum(['signature', 'forgery'])
      .default('signature')
      .describe('forgery: entries whose certificate no trusted authority issued.'),
    since: z.iso
      .datetime({ offset: true })
      .or(z.iso.date())
      .optional()
      .describe('First seen by the monitor at or after.'),
    cursor: z.string().max(500).optional().describe('`next` of the page before.'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine((query) => query.identity ?? query.digest ?? query.certificate ?? query.repository, {
    message: 'one of identity, digest, certificate and repository is needed',
  })
  .refine((query) => query.certificate === undefined || (query.identity ?? query.digest) === undefined, {
    message: 'certificate is asked for without identity and digest',
  });

const readable = <T>(
  read: (text: string) => T | undefined,
  message: string,
  why: (text: string) => string | undefined = () => undefined,
) =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: why(text) ?? message });
    return z.NEVER;
  });

export const identityField = readable(readIdentity, 'not an e-mail address, repository or URI', whyNobody);
export const cursorField = readable(readCursor, 'not a cursor of ours');

export const watchBody = z.strictObject({
  identity: identityText.describe(
    'E-mail address, repository, URI, `sha256:` and the digest of a file, or `package:` and the name of a package (bare for `pkg:` URLs), as statements of Rekor v1 entries name it.',
  ),
  email: z.string().min(3).max(320),
});
export const watchRequest = z.strictObject({
  identity: readable(
    readWatchable,
    'not an e-mail address, repository, URI, sha256: and a digest or package: and a name',
    whyUnwatched,
  ),
  email: readable(readMailbox, 'not an e-mail address'),
});

const time = z.iso.datetime();

export const signingAnswer = z.object({
  log: z.string(),
  index: z.int().min(0),
  url: z.url().describe('The page with the proof.'),
  kind: z.string(),
  trust: z.enum(trusts),
  time: time.describe(
    'When the certificate was issued; without one, and where trust is untrusted or unparsable, when the entry was first seen.',
  ),
  seenAt: time,
  identities: z.array(
    z.object({
      kind: z.string(),
      value: z.string().describe('As names are compared and searched.'),
      exact: z.string().describe('As it stands in the certificate: what a verifier has to be told.'),
      trust: z.enum(trusts).describe('Of who has this name, where several signed the entry.'),
    }),
  ),
  issuer: z.string().nullable(),
  repository: z.string().nullable(),
  digest: z.object({ algorithm: z.string(), value: z.string() }).nullable(),
  certificate: z.object({ notBefore: time, notAfter: time }).nullable(),
  claims: z.record(z.string(), z.string()).describe('Fulcio extensions by name.'),
});

export const entryAnswer = signingAnswer.extend({
  leafHash: z.string().describe('Hexadecimal, RFC 6962 §2.1.'),
  otherSigners: z
    .array(
      signingAnswer.pick({
        trust: true,
        identities: true,
        issuer: true,
        repository: true,
        certificate: true,
        claims: true,
      }),
    )
    .describe('Who else signed the entry, each with what they are worth; above stands the best of them.'),
});

export const completeUpToAnswer = z.object({
  log: z.string(),
  from: z.int().min(0).describe('Where reading began: entries below this number are not searched.'),
  size: z.int().min(0).describe('Every entry from there and below this number was verified and searched.'),
  time: time.nullable().describe('When the checkpoint was made, where it says so, or first seen.'),
  askedAt: time.nullable().describe('When the log was last asked for a newer one.'),
  unreadable: z
    .int()
    .min(0)
    .describe('Of those entries, how many do not read: in their bytes only watched names are looked for.'),
});

export const pgpUserIds = z
  .object({ identity: z.string().describe('What they are found by.'), signatures: z.int().min(0) })
  .nullable()
  .describe(
    'Of an address: signatures with PGP keys that carry it in a user id, which nobody checked; counted nowhere else. Null for other names.',
  );

export const signingsAnswer = z.object({
  signings: z.array(signingAnswer),
  total: z.int().min(0).describe('All that match, on every page.'),
  forgeries: z
    .int()
    .min(0)
    .describe('Entries that match but whose certificate no trusted authority issued; not in signings.'),
  pgpUserIds,
  unlisted: z
    .boolean()
    .describe('True when some are left out because the owner of an address does not want them listed.'),
  completeUpTo: z.array(completeUpToAnswer),
  next: z.string().nullable(),
});

export const logAnswer = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  url: z.string(),
  origin: z.string(),
  publicKey: z.string().describe('SubjectPublicKeyInfo, base64.'),
  state: z.string(),
  stateReason: z.string().nullable(),
  verifiedSize: z.int().min(0),
  statedSize: exactNumber.describe(
    'Of the newest checkpoint, verified or not yet; from 2^53 on in decimal digits as a string.',
  ),
  startSize: z.int().min(0).describe('Entries below were never read.'),
  toReread: z
    .int()
    .min(0)
    .describe('Older entries that are still to be read again, for what their reader learned since.'),
  secondsLeft: z.number().nullable().describe('Until all it states is read; null without a pace.'),
  verifiedRoot: z.string().nullable().describe('base64'),
  checkpoint: z.string().nullable().describe('As the log signed it.'),
  checkpointAt: time.nullable().describe('When it was made, where it says so, or first seen.'),
  askedAt: time.nullable().describe('When the log was last asked for a newer one.'),
  verifiedAt: time.nullable(),
  consistentSince: time.nullable(),
  unparsable: z.int().min(0),
});

export const namesQuery = z.strictObject({
  prefix: z.string().min(1).max(2048).describe('Of a repository or workflow, for example github.com/acme'),
  cursor: z.string().max(2048).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

export const namesAnswer = z.object({
  names: z.array(
    z.object({ value: z.string(), kind: z.string(), entries: z.int().min(0), lastSeenAt: time }),
  ),
  completeUpTo: z.array(completeUpToAnswer),
  next: z.string().nullable(),
});

export const rangeAnswer = z.object({
  prefix: z.string(),
  names: z
    .array(z.tuple([z.string(), z.int().nullable(), z.int().nullable()]))
    .describe(
      'Rest of the hash, signatures, forgery attempts; names with neither are made up, null: its owner does not want it listed.',
    ),
  completeUpTo: z.array(completeUpToAnswer),
  padding: z.string(),
});

export const entriesQuery = z.strictObject({
  hash: z.string().max(200).describe('SHA-256 of a certificate, of a leaf of a log, or a Rekor UUID.'),
});

export const entriesAnswer = z.object({
  entries: z.array(z.object({ log: z.string(), index: z.int().min(0), url: z.url() })),
  completeUpTo: z.array(completeUpToAnswer),
});

const blindAnswer = z.object({
  log: z.string(),
  from: time,
  until: time,
  reason: z.string(),
});

const incidentAnswer = z.object({
  id: z.uuid(),
  log: z.string(),
  kind: z.string(),
  detail: z.string(),
  before: z.string().nullable().describe('What the log showed first, as it was served.'),
  after: z.string().nullable().describe('What it showed then, which does not go with it.'),
  openedAt: time,
  resolvedAt: time.nullable(),
  evidence: z
    .string()
    .nullable()
    .describe(
      'Where the document is downloaded that anybody can check without us: `sigwatch log evidence FILE`.',
    ),
});

export const logsAnswer = z.object({
  logs: z.array(logAnswer),
  incidents: z.array(incidentAnswer).describe('The last hundred, newest first.'),
  blind: z.array(blindAnswer).describe('When nobody could have been told, in the last 90 days.'),
  sightings: z.array(sightingAnswer).describe('What witnesses and other monitors saw of the same logs.'),
});
export const acceptedAnswer = z.object({ status: z.literal('accepted'), detail: z.string() });
export const problemAnswer = z.object({
  type: z
    .url()
    .describe('Leads to where the page of the API says what the kind means: #problem- and the code.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('In words, for a person; the kind is for programs.'),
  code: z.enum(problemCodes).describe('The kind, of a closed set. One status may have several.'),
});
