/**
 * Several may sign one entry, and each stands for themselves: a forged certificate beside a signature takes nothing from
 * it and lends nothing from it, wherever one looks.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import * as entryRoute from '#app/api/v1/entries/[log]/[index]/route.ts';
import * as signingsRoute from '#app/api/v1/signings/route.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { findInLog, proofContent } from '#app/account/ownership/log-proof.ts';
import { findEntry } from '#app/e/store.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { createLogger } from '#lib/server/logger.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { TestAuthority, type Said } from '#tests/harness/test-authority.ts';
import { logSources } from '#workers/follow/sources.ts';
import { IndexingThreads } from '#workers/match/indexing-threads.ts';
import { rereadSome } from '#workers/tend/reread.ts';

const [authority, stranger] = [new TestAuthority(), new TestAuthority()];
const database = await freshDatabase();
const { sql } = database;
const prisma = openPrisma(database.url, { max: 2 });
const log = await HostileLog.start();
const trust = await serveTrust(trustRoot([log], [authority]));

const bareKey = utf8('a bare key');
type Verifier = Uint8Array | 'bare key';
/** A dsse entry as Rekor v2 logged them, by however many verifiers. */
function signedBy(digest: Uint8Array, ...verifiers: readonly Verifier[]): Uint8Array {
  const signatures = verifiers.map((verifier) => {
    const rawBytes = toBase64(verifier === 'bare key' ? bareKey : verifier);
    const named = verifier === 'bare key' ? { publicKey: { rawBytes } } : { x509Certificate: { rawBytes } };
    return { content: toBase64(randomBytes(70)), verifier: named };
  });
  const payloadHash = { algorithm: 'SHA2_256', digest: toBase64(digest) };
  const spec = { dsseV002: { payloadHash, signatures } };
  return utf8(JSON.stringify({ apiVersion: '0.0.2', kind: 'dsse', spec }));
}
const said = (name: string, issuer = name, source?: string): Said => ({
  email: `${name}@example.com`,
  claims: {
    issuer: `https://${issuer}.example`,
    ...(source === undefined ? {} : { sourceRepositoryUri: `https://github.com/${source}` }),
  },
});
const digests = Array.from({ length: 5 }, (_, at) => sha256(utf8(`file ${at}`)));
const digest = (at: number): Uint8Array => digests[at] ?? new Uint8Array(32);
const challenge = 'a-challenge';
const certificates = {
  alice: authority.certify(said('alice', 'alice', 'alice/app')),
  bob: authority.certify(said('bob', 'bob', 'bob/app')),
  forgedCarol: stranger.certify(said('carol', 'carol', 'carol/app')),
};
const watches = new Map<string, string>();
const deps = {
  prisma,
  sql,
  statement: namedSql,
  config: readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' }),
} as unknown as Dependencies;
let stop: () => Promise<void>;

beforeAll(async () => {
  provideDependencies(deps);
  for (const name of ['alice', 'bob', 'carol', 'dave'])
    watches.set(name, await confirmedWatch(database, `${name}@example.com`, `${name}@mail.example`));
  const file = await confirmedWatch(database, `sha256:${toHex(digest(0))}`, 'file@mail.example', 'digest');
  watches.set('file', file);
  const shared = `sha256:${toHex(digest(2))}`;
  watches.set('shared', await confirmedWatch(database, shared, 'shared@mail.example', 'digest'));
  const { alice, bob, forgedCarol } = certificates;
  log.append(
    // The forged one comes first: what it says is not what the entry says.
    signedBy(digest(0), forgedCarol, alice),
    signedBy(digest(1), stranger.certify(said('carol')), 'bare key'),
    signedBy(digest(2), alice, bob),
    signedBy(digest(3), stranger.certify(said('dave')), stranger.certify(said('carol', 'dave'))),
    signedBy(sha256(utf8(proofContent(challenge))), authority.certify(said('mallory')), forgedCarol),
  );
  const monitor = await runMonitor(database, { trustUrl: trust.url });
  stop = () => monitor.stop();
  await eventually(async () =>
    expect(await sql`SELECT 1 FROM monitor_log WHERE verified_size = 5`).toHaveLength(1),
  );
});
afterAll(async () => {
  await stop();
  await prisma.$disconnect();
  await Promise.all([log.stop(), trust.close()]);
});

interface Row {
  index: number;
  trust: string;
  issuer: string | null;
  repository: string | null;
  identities: { value: string; trust: string }[];
}
async function found(query: string): Promise<{ signings: Row[]; total: number; forgeries: number }> {
  const response = await signingsRoute.GET(new Request(`http://watch.example/api/v1/signings?${query}`));
  return response.json() as never;
}
const rows = async (query: string) =>
  (await found(query)).signings.map(
    ({ index, trust: of, issuer, repository, identities: [first] }) =>
      `${index} ${of} ${issuer ?? '-'} ${repository ?? '-'} ${first?.value ?? '-'}`,
  );

it('finds each by name with what they say, and nobody by what stands beside them', async () => {
  expect(await rows('identity=alice@example.com')).toEqual([
    '2 trusted https://alice.example github.com/alice/app alice@example.com',
    '0 trusted https://alice.example github.com/alice/app alice@example.com',
  ]);
  expect(await rows('identity=bob@example.com')).toEqual([
    '2 trusted https://bob.example github.com/bob/app bob@example.com',
  ]);
  expect(await rows('identity=bob@example.com&issuer=https://alice.example')).toEqual([]);
  expect(await found('identity=carol@example.com')).toMatchObject({ total: 0, forgeries: 4 });
  expect(await rows('identity=carol@example.com&standing=forgery')).toEqual([
    '4 untrusted https://carol.example github.com/carol/app carol@example.com',
    '3 untrusted https://dave.example - carol@example.com',
    '1 untrusted https://carol.example - carol@example.com',
    '0 untrusted https://carol.example github.com/carol/app carol@example.com',
  ]);
  expect(await found('repository=github.com/carol/app')).toMatchObject({ total: 0, forgeries: 2 });
  expect(await rows(`identity=key:${toHex(sha256(bareKey))}`)).toEqual([
    `1 none - - ${toHex(sha256(bareKey))}`,
  ]);
});

it('finds them by file, as good as the best of them, and the forged beside', async () => {
  expect(await rows(`digest=${toHex(digest(0))}`)).toEqual([
    '0 trusted https://alice.example github.com/alice/app alice@example.com',
  ]);
  expect(await rows(`digest=${toHex(digest(0))}&standing=forgery`)).toEqual([
    '0 untrusted https://carol.example github.com/carol/app carol@example.com',
  ]);
  expect(await rows(`digest=${toHex(digest(0))}&issuer=https://carol.example`)).toEqual([]);
  expect(await rows(`digest=${toHex(digest(1))}`)).toEqual([`1 none - - ${toHex(sha256(bareKey))}`]);
  expect(await found(`digest=${toHex(digest(2))}`)).toMatchObject({ total: 1, forgeries: 0 });
  expect(await found(`digest=${toHex(digest(3))}`)).toMatchObject({ total: 0, forgeries: 1 });
});

it('tells each owner of what was signed in their name, and of a forgery as such', async () => {
  const told = await sql<{ watch_id: string; index: string; facts: Record<string, string> }[]>`
    SELECT watch_id, entry_index::text AS index, facts FROM alert_alert ORDER BY entry_index`;
  const of = (name: string) =>
    told
      .filter(({ watch_id: id }) => id === watches.get(name))
      .map(({ index, facts }) => `${index} ${facts['trust']} ${facts['issuer']} ${facts['signer']}`);
  expect(of('alice')).toEqual([
    '0 trusted https://alice.example null',
    '2 trusted https://alice.example null',
  ]);
  expect(of('bob')).toEqual(['2 trusted https://bob.example null']);
  expect(of('carol')).toEqual([
    '0 untrusted https://carol.example null',
    '1 untrusted https://carol.example null',
    '3 untrusted https://dave.example null',
    '4 untrusted https://carol.example null',
  ]);
  expect(of('dave')).toEqual(['3 untrusted https://dave.example null']);
  // Whose the signature of a watched file is, a forged one beside it leaves in no doubt.
  expect(of('file')).toEqual(['0 trusted https://alice.example alice@example.com']);
  expect(of('shared')).toEqual(['2 trusted https://alice.example null']);
  const shared = told.find(({ watch_id: id }) => id === watches.get('shared'))?.facts;
  expect(shared).toMatchObject({ signers: ['alice@example.com', 'bob@example.com'], signersInAll: 2 });
});

it('shows each under what they are worth, in the API', async () => {
  const [{ id } = { id: '' }] = await sql<{ id: string }[]>`SELECT id FROM monitor_log`;
  const named = { params: Promise.resolve({ log: id, index: '0' }) };
  const answer = await entryRoute.GET(new Request('http://watch.example/'), named);
  expect(await answer.json()).toMatchObject({
    trust: 'trusted',
    issuer: 'https://alice.example',
    repository: 'github.com/alice/app',
    otherSigners: [
      { trust: 'untrusted', issuer: 'https://carol.example', repository: 'github.com/carol/app' },
    ],
  });
  const entry = (await findEntry(deps, id, 0n))?.entry;
  expect(entry?.signing.identities.map(({ value }) => value)).toEqual([
    'alice@example.com',
    'github.com/alice/app',
  ]);
  expect(entry?.others.map(({ identities: [one] }) => one?.value)).toEqual(['carol@example.com']);
});

it('lets nobody prove to be who stands in a forged certificate beside their own', async () => {
  const ownership = { challenge, kind: 'email', contestedAt: null, bound: {} };
  const proof = (name: string) => findInLog(sql, { ...ownership, value: `${name}@example.com` } as never);
  expect(await proof('carol')).toMatchObject({ isProven: false });
  expect(await proof('mallory')).toMatchObject({ isProven: true });
});

it('makes of entries that were judged as one, read again, what they would have been at first', async () => {
  const state = () =>
    Promise.all([
      sql`SELECT entry_index, trust, issuer, source, claims::text, encode(certificate_hash, 'hex') FROM monitor_entry ORDER BY 1`,
      sql`SELECT entry_index, signer, kind, value, name FROM monitor_identity ORDER BY 1, 2, 3, 4`,
      sql`SELECT entry_index, place, trust, issuer, source FROM monitor_signer ORDER BY 1, 2`,
      sql`SELECT id, kind, value, trust, issuer, source, entries FROM monitor_name ORDER BY id`,
    ]);
  const whole = await state();
  expect(whole[2]).toHaveLength(5);
  await stop();
  stop = () => Promise.resolve();
  await sql`TRUNCATE monitor_signer`;
  await sql`UPDATE monitor_entry SET trust = 'untrusted', issuer = 'https://carol.example'`;
  await sql`
    UPDATE monitor_identity i SET signer = 0, name = monitor_name_id(i.value, i.log_id, e.trust, e.issuer, e.source, '')
    FROM monitor_entry e WHERE e.entry_index = i.entry_index`;
  await sql`TRUNCATE monitor_name`;
  await sql`
    INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index, first_seen_at, last_seen_at)
    SELECT i.name, min(i.kind), i.value, i.log_id, min(e.trust), min(e.issuer), coalesce(min(e.source), ''), count(*), min(i.entry_index),
      max(i.entry_index), min(i.seen_at), max(i.seen_at)
    FROM monitor_identity i JOIN monitor_entry e USING (log_id, entry_index) GROUP BY i.name, i.value, i.log_id`;
  await sql`UPDATE monitor_log SET reread_from = 0, reread_until = 5, state = 'following'`;
  const indexing = new IndexingThreads(1);
  const chain = [readCertificate(authority.certificate)];
  await rereadSome({
    sql,
    logger: createLogger('workers', 'silent'),
    openSource: logSources({ firstWaitMs: 0, longestWaitMs: 0 }),
    indexing,
    authorities: () => [{ uri: '', chain, validFor: { start: new Date(0), end: undefined } }],
  });
  await indexing.close();
  expect(await state()).toEqual(whole);
});
