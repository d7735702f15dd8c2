/** Logs with what real ones hold and what somebody may put in them to mislead a reader (every field is a stranger's). */
import { readBundle } from '#lib/bundle/read-bundle.ts';
import type { Sql } from '#lib/server/database.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog, type TileLog } from './tile-log.ts';

const hour = 3_600_000;
const day = 24 * hour;

export const jane = 'jane@example.com';

export const hostile = {
  markup: '<script>alert(1)</script><img src=x onerror=alert(2)>',
  bidi: 'release\u202Egpj.exe\u2066\u200B',
  script: 'javascript:alert(document.domain)',
  marks: `Z${'\u0301'.repeat(1000)}`,
  long: `https://github.com/${'acme-'.repeat(400)}/app`,
  letters: 'j\u0430ne@example.com',
  rightToLeft: 'github.com/\u0645\u0624\u0633\u0633\u0629/\u062A\u0637\u0628\u064A\u0642',
} as const;

/** Entry 200 is a real signature, 201 one full of tricks, 202 of another repository, 203 a forgery. */
export async function startLedger(sql: Sql, now: Date): Promise<TileLog> {
  const leaves = Array.from({ length: 300 }, (_, at) => leafOf(at));
  leaves[200] = await signedLeaf();
  const log = await startTileLog(leaves);
  await seedLog(sql, log, 'rekor', now);
  await seedLog(sql, log, 'ct', now);
  await seedLog(sql, log, 'elsewhere', now);
  await sql`UPDATE monitor_log SET kind = 'ct', name = 'ct.example' WHERE id = 'ct'`;
  await seedEntries(sql, log, now);
  await seedHealth(sql, log, now);
  return log;
}

async function seedEntries(sql: Sql, log: TileLog, now: Date): Promise<void> {
  const at = (days: number, hours = 0) => new Date(now.getTime() - days * day - hours * hour);
  const google = 'https://accounts.google.com';
  for (let index = 0; index < 60; index++)
    await seedEntry(sql, log, {
      index,
      at: at(89 - index * 1.5, (index * 7) % 4),
      issuer: google,
      identities: [['email', jane]],
    });
  const github = 'https://token.actions.githubusercontent.com';
  const build = (repository: string) => ({
    sourceRepositoryUri: `https://${repository}`,
    sourceRepositoryRef: 'refs/tags/v1.4.0',
    sourceRepositoryDigest: 'c0ffee'.repeat(6),
    sourceRepositoryIdentifier: '4711',
    buildConfigUri: `https://${repository}/.github/workflows/release.yml@refs/tags/v1.4.0`,
    buildTrigger: 'push',
    runnerEnvironment: 'github-hosted',
    runInvocationUri: `https://${repository}/actions/runs/1/attempts/1`,
  });
  for (let index = 100; index < 110; index++)
    await seedEntry(sql, log, {
      index,
      at: at(110 - index),
      issuer: github,
      identities: [
        ['uri', 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.4.0'],
        ['repository', 'github.com/acme/app'],
      ],
      claims: build('github.com/acme/app'),
    });
  const one = { identities: [['email', jane]] as const, issuer: google };
  await seedEntry(sql, log, { ...one, index: 200, at: at(4, 9) });
  await seedEntry(sql, log, { ...one, index: 201, at: at(3, 2), issuer: hostile.script, claims: tricks() });
  await seedEntry(sql, log, {
    index: 202,
    at: at(2, 11),
    issuer: 'https://github.com/login/oauth',
    identities: [
      ['email', jane],
      ['repository', 'github.com/acme-evil/app'],
    ],
    claims: build('github.com/acme-evil/app'),
  });
  await seedEntry(sql, log, { ...one, index: 203, at: at(1), trust: 'untrusted' });
  await seedEntry(sql, log, {
    index: 204,
    at: at(1),
    issuer: google,
    identities: [['email', hostile.letters]],
  });
  await seedEntry(sql, log, {
    index: 205,
    at: at(1),
    issuer: google,
    identities: [['email', 'jane@examp1e.com']],
  });
  await seedEntry(sql, log, {
    index: 206,
    at: at(1),
    issuer: github,
    identities: [['repository', hostile.rightToLeft]],
    claims: build(hostile.rightToLeft),
  });
}

function tricks(): Record<string, string> {
  return {
    sourceRepositoryUri: hostile.script,
    sourceRepositoryRef: hostile.bidi,
    sourceRepositoryDigest: hostile.marks,
    buildConfigUri: hostile.long,
    buildTrigger: hostile.markup,
    runnerEnvironment: '[click](https://evil.example)',
    runInvocationUri: 'data:text/html,<h1>x</h1>',
    tokenSubject: '\u001B[2J=cmd|calc',
  };
}

async function seedHealth(sql: Sql, log: TileLog, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  for (let at = 0; at < 280; at++) {
    const moment = before(at * 300_000);
    await sql`
      INSERT INTO monitor_sample VALUES ('rekor', ${moment}, ${300 - at}, ${300 - at},
        ${new Date(moment.getTime() - 1000 * (5 + ((at * 13) % 40)))}, ${moment})`;
    if (at % 6 !== 0) continue;
    const seen = new Date(moment.getTime() + 400 + ((at * 37) % 900));
    await sql`
      INSERT INTO monitor_canary (id, log_id, digest, asked_at, acknowledged_at, entry_index, seen_at)
      VALUES (gen_random_uuid(), 'rekor', '\\x00', ${moment}, ${moment}, ${at}, ${at === 60 ? null : seen})`;
  }
  await sql`INSERT INTO monitor_worker (id, beat_at) VALUES (gen_random_uuid(), ${now})`;
  await sql`
    INSERT INTO monitor_blind (log_id, from_at, until_at, reason)
    VALUES ('rekor', ${before(30 * hour)}, ${before(29 * hour)}, 'The log did not answer.')`;
  await sql`
    UPDATE monitor_log SET state = 'misbehaving', state_reason = 'Two roots for one size.', stated_size = 340
    WHERE id = 'elsewhere'`;
  await sql`
    INSERT INTO monitor_incident (log_id, kind, detail, before, after, opened_at)
    VALUES ('elsewhere', 'fork', 'Two roots for 300 entries.', ${log.checkpoint}, ${log.checkpoint}, ${before(2 * hour)})`;
  await sql`
    INSERT INTO monitor_incident (log_id, kind, detail, opened_at, resolved_at, resolution)
    VALUES ('rekor', 'stale', ${`Stood still ${hostile.bidi}`}, ${before(9 * day)}, ${before(8 * day)}, 'The operator explained.')`;
}

async function signedLeaf(): Promise<Uint8Array> {
  const services = new SigningServicesInMemory({
    rekorVersion: 2,
    identity: jane,
    issuer: 'https://accounts.google.com',
  });
  const bundle = await signedBundle(services, Buffer.from('release 1'));
  return readBundle(bundle).entries[0]?.canonicalizedBody ?? new Uint8Array(0);
}
