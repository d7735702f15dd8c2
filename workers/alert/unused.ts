/**
 * A certificate issued in a watched name that no followed log shows a signature for: its holder may be signing where we
 * do not look. Told when a while has passed, since the signature normally follows within seconds.
 */
import { z } from 'zod';
import { trusts, type Facts } from '#lib/rules/facts.ts';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { insertAlertsWithMail, type Alert } from './insert-alerts.ts';

const findUnused = namedSql('alert-find-unused');

const row = z.object({
  watch_id: z.string(),
  email: z.string(),
  watch_kind: z.string(),
  value: z.string(),
  signer: z.string().nullable(),
  log_id: z.string(),
  log_name: z.string(),
  entry_index: z.bigint(),
  trust: z.enum(trusts),
  certificate_key: z.string(),
  issuer: z.string().nullable(),
  not_before: z.date().nullable(),
  not_after: z.date().nullable(),
  serial: z.string().nullable(),
  source: z.string().nullable(),
  exact: z.record(z.string(), z.string()),
  claims: z.record(z.string(), z.string()),
  seen_at: z.date(),
});

/** How many alerts were made. */
export async function findUnusedCertificates(sql: Sql, afterMs: number): Promise<number> {
  return sql.begin(async (transaction) => {
    const rows = await transaction.unsafe(findUnused, [String(afterMs)]);
    const alerts = rows.map((found): Alert => alertOf(row.parse(found)));
    if (alerts.length > 0) await insertAlertsWithMail(transaction, alerts);
    return alerts.length;
  });
}

function alertOf(found: z.infer<typeof row>): Alert {
  const { not_before: notBefore, not_after: notAfter, serial } = found;
  const facts: Facts = {
    identity: found.value,
    identityKind: found.watch_kind,
    logId: found.log_id,
    logName: found.log_name,
    event: 'issuance',
    index: String(found.entry_index),
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
    usual: null,
    keyType: null,
    signer: found.signer,
    lookAlike: null,
    nearName: false,
    signsYours: false,
    signedByOthers: false,
    disowned: false,
    departed: false,
    frozen: false,
    proven: null,
    intent: null,
  };
  // The precertificate, the certificate and their copies in other logs are one; anyone can copy an untrusted one.
  const subject = found.trust === 'trusted' ? `issued ${found.certificate_key}` : undefined;
  return { watchId: found.watch_id, email: found.email, facts, subject };
}
