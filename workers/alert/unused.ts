/**
 * A certificate issued in a watched name that no followed log shows a signature for: its holder may be signing where we
 * do not look. Told when a while has passed, since the signature normally follows within seconds.
 */
import { z } from 'zod';
import { trusts, factsSchema, type FactsKnown } from '#lib/rules/facts.ts';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { insertAlertsWithMail, type Alert } from './insert-alerts.ts';

const findUnused = namedSql('alert-find-unused');

/** As it stands in JSON of the database. */
const instant = z.string().transform((text) => new Date(text));

const row = z.object({
  watch_id: z.string(),
  email: z.string(),
  watch_kind: z.string(),
  value: z.string(),
  signer: z.string().nullable(),
  log_id: z.string(),
  log_name: z.string(),
  entry_index: z.string(),
  trust: z.enum(trusts),
  certificate_key: z.string(),
  issuer: z.string().nullable(),
  not_before: instant.nullable(),
  not_after: instant.nullable(),
  serial: z.string().nullable(),
  source: z.string().nullable(),
  exact: z.record(z.string(), z.string()),
  claims: z.record(z.string(), z.string()),
  seen_at: instant,
});

const answer = z.tuple([z.object({ looked_at: z.int(), found: z.array(row) })]);

/** How many alerts were made. What there is no time for stays due, the oldest first. */
export async function findUnusedCertificates(sql: Sql, afterMs: number, turnMs = 10_000): Promise<number> {
  const until = Date.now() + turnMs;
  let made = 0;
  for (;;) {
    const { lookedAt, alerts } = await lookAtSome(sql, afterMs);
    made += alerts;
    if (lookedAt === 0 || Date.now() >= until) return made;
  }
}

/** Each lot is a transaction: a match that was looked at is told of, or needs no telling, or is asked about again. */
async function lookAtSome(sql: Sql, afterMs: number): Promise<{ lookedAt: number; alerts: number }> {
  return sql.begin(async (transaction) => {
    const rows = await transaction.unsafe(findUnused, [String(afterMs)]);
    const [{ looked_at: lookedAt, found }] = answer.parse(rows.map((one) => ({ ...one })));
    const alerts = found.map(alertOf);
    if (alerts.length > 0) await insertAlertsWithMail(transaction, alerts);
    return { lookedAt, alerts: alerts.length };
  });
}

function alertOf(found: z.infer<typeof row>): Alert {
  const { not_before: notBefore, not_after: notAfter, serial } = found;
  const facts = factsSchema.parse({
    identity: found.value,
    identityKind: found.watch_kind,
    logId: found.log_id,
    logName: found.log_name,
    event: 'issuance',
    index: found.entry_index,
    seenAt: found.seen_at.toISOString(),
    trust: found.trust,
    issuer: found.issuer,
    digest: null,
    digestAlgorithm: null,
    certificate:
      notBefore === null || notAfter === null
        ? null
        : { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), serial: serial ?? '' },
    exact: found.exact,
    claims: found.claims,
    source: found.source,
    firstForIdentity: false,
    firstForIssuer: false,
    firstForSource: false,
    signer: found.signer,
  } satisfies FactsKnown);
  // The precertificate, the certificate and their copies in other logs are one; anyone can copy an untrusted one.
  const subject = found.trust === 'trusted' ? `issued ${found.certificate_key}` : undefined;
  return { watchId: found.watch_id, email: found.email, facts, subject };
}
