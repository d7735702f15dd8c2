/** Announced and never signed: somebody forgot, a build broke, or a file was kept from the log. Told once. */
import { z } from 'zod';
import { factsSchema, type FactsKnown } from '#lib/rules/facts.ts';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { insertAlertsWithMail, type Alert } from './insert-alerts.ts';

const findUnused = namedSql('alert-unused-intents');
/** A signature of the last second is in the log, verified and matched well before this. */
const graceMs = 2 * 60_000;

const row = z.object({
  number: z.bigint(),
  source: z.string(),
  digest: z.string().nullable(),
  ref: z.string().nullable(),
  workflow: z.string().nullable(),
  wanted: z.int(),
  used: z.int(),
  until: z.date(),
  created_at: z.date(),
  made_by: z.string(),
  watch_id: z.string(),
  email: z.string(),
  kind: z.string(),
});

export async function findUnusedIntents(sql: Sql, now: Date): Promise<number> {
  return sql.begin(async (transaction) => {
    const rows = await transaction.unsafe(findUnused, [now.toISOString(), String(graceMs)]);
    const alerts = rows.map((found) => alertOf(row.parse(found), now));
    if (alerts.length > 0) await insertAlertsWithMail(transaction, alerts);
    return alerts.length;
  });
}

function alertOf(found: z.infer<typeof row>, now: Date): Alert {
  const { number, wanted, used, ref, workflow } = found;
  const claims = {
    ...(ref === null ? {} : { sourceRepositoryRef: ref }),
    ...(workflow === null ? {} : { buildConfigUri: workflow }),
  };
  const facts = factsSchema.parse({
    identity: found.source,
    identityKind: found.kind,
    logId: 'intents',
    logName: 'announcements',
    event: 'announcement',
    index: String(number),
    seenAt: now.toISOString(),
    trust: 'none',
    issuer: null,
    digest: found.digest,
    digestAlgorithm: found.digest === null ? null : 'SHA2_256',
    certificate: null,
    claims,
    source: found.source,
    firstForIdentity: false,
    firstForIssuer: false,
    firstForSource: false,
    intent: {
      state: 'unused',
      number: String(number),
      used,
      wanted,
      by: found.made_by,
      since: found.created_at.toISOString(),
      until: found.until.toISOString(),
    },
  } satisfies FactsKnown);
  return { watchId: found.watch_id, email: found.email, facts };
}
