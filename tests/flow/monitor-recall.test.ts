/**
 * Nothing is missed: names planted in every encoding a log has ever held them in, among many others, each found by who
 * watches it; and at every verified head as many entries are indexed as the head states. Ten times as many, or any other
 * number, by RECALL_ENTRIES=1000000 npx vitest run --project flow tests/flow/monitor-recall.test.ts.
 */
import { beforeAll, afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { watchTarget, type WatchKind } from '#lib/identity/watch-target.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { writeName } from '#lib/x509/name.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { rekorLeaf, TestAuthority, type Said } from '#tests/harness/test-authority.ts';
import { serveFolder, TreeFolder } from '#tests/harness/tree-folder.ts';
import { runMonitor, serveTrust, type RunningMonitor, type TrustServer } from '#tests/harness/monitor.ts';

const entries = Number(process.env['RECALL_ENTRIES'] ?? '20000');
/** The long version has the ten thousand it is about; the short one every way to write a name a hundred times. */
const planted = Math.min(10_000, entries / 10);
/** On a machine that does much else besides; a tenth of the pace that the test log is read at alone. */
const readingMs = 120_000 + entries * 4;
const authority = new TestAuthority();
const issuer = 'https://login.example';

interface Planting {
  readonly kind: WatchKind;
  readonly watched: string;
  readonly leaf: Uint8Array;
}

const certified = (said: Said) =>
  rekorLeaf(authority.certify({ claims: { issuer, issuerV1: issuer }, ...said }));
const bare = (bytes: Uint8Array, digest = sha256(bytes)) =>
  formatHashedRekord({
    digestAlgorithm: 'SHA2_256',
    digest,
    signature: utf8('signature'),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    verifier: { kind: 'publicKey', bytes },
  });
const workflow = (n: number) =>
  `https://github.com/Owner${n}/App/.github/workflows/Release.yml@refs/tags/v${n}`;

/** One of each way, again and again, each with a name of its own. */
const ways: readonly ((n: number) => Planting)[] = [
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: certified({ email: `dev${n}@example.com` }),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: certified({ email: `DEV${n}@Example.COM.` }),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@bücher.example`,
    leaf: certified({ email: `dev${n}@bücher.example` }),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: certified({ email: `dev${n}@example.com\0.evil.example` }),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: certified({ subject: writeName('org', `dev${n}@example.com`) }),
  }),
  (n) => ({ kind: 'uri', watched: workflow(n), leaf: certified({ uri: workflow(n) }) }),
  (n) => ({ kind: 'workflow', watched: workflow(n), leaf: certified({ uri: workflow(n) }) }),
  (n) => ({ kind: 'organisation', watched: `github.com/owner${n}`, leaf: certified({ uri: workflow(n) }) }),
  (n) => ({
    kind: 'uri-prefix',
    watched: `https://gitlab.example/group${n}/x`,
    leaf: certified({ uri: `https://gitlab.example/group${n}/x//ci.yml@refs/heads/main` }),
  }),
  (n) => ({
    kind: 'uri-pattern',
    watched: `https://github.com/owner${n}/*/.github/workflows/*@refs/tags/*`,
    leaf: certified({ uri: workflow(n) }),
  }),
  (n) => ({
    kind: 'repository',
    watched: `github.com/owner${n}/app`,
    leaf: certified({ claims: { issuer, sourceRepositoryUri: `https://github.com/Owner${n}/App` } }),
  }),
  (n) => ({
    kind: 'repository',
    watched: `github.com/owner${n}/app`,
    leaf: certified({ claims: { issuer, githubWorkflowRepository: `Owner${n}/App` } }),
  }),
  (n) => ({ kind: 'repository', watched: `github.com/owner${n}/app`, leaf: certified({ uri: workflow(n) }) }),
  (n) => ({
    kind: 'issuer-subject',
    watched: `${issuer} dev${n}@example.com`,
    leaf: certified({ email: `dev${n}@example.com` }),
  }),
  (n) => ({ kind: 'key', watched: toHex(sha256(utf8(`key ${n}`))), leaf: bare(utf8(`key ${n}`)) }),
  (n) => ({
    kind: 'digest',
    watched: toHex(sha256(utf8(`file ${n}`))),
    leaf: bare(utf8('any key'), sha256(utf8(`file ${n}`))),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: utf8(`{"kind":"new","by":"0dev${n}@example.com0"}`),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: utf8(`{"kind":"new","body":"${toBase64(utf8(`.....0Dev${n}@Example.com0.....`))}"}`),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: rekorLeaf(new TestAuthority().certify({ email: `dev${n}@example.com` })),
  }),
  (n) => ({
    kind: 'email',
    watched: `dev${n}@example.com`,
    leaf: rekorLeaf(authority.certify({ email: `dev${n}@example.com` }).subarray(0, -1)),
  }),
];

let database: TestDatabase;
let folder: TreeFolder;
let served: { url: string; close(): Promise<void> };
let trust: TrustServer;
let monitor: RunningMonitor | undefined;

beforeAll(async () => {
  database = await freshDatabase();
  folder = new TreeFolder();
  served = await serveFolder(folder.path);
});
afterAll(async () => {
  await monitor?.stop();
  await served.close();
  await trust.close();
  folder.remove();
});

async function watchAll(plantings: readonly Planting[]): Promise<void> {
  const rows = plantings.map(({ kind, watched }, at) => ({
    kind,
    value: watchTarget(kind, watched)?.value ?? '',
    at,
  }));
  await database.sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at)
    SELECT gen_random_uuid(), kind, value, value, 'r' || at || '@example.org', 'r', 'confirmed', sha256(at::text::bytea), at::text, now(), now()
    FROM unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ value }) => value)}::text[], ${rows.map(({ at }) => at)}::int[]) AS w (kind, value, at)`;
}

it(
  `finds every one of ${planted} planted names among ${entries} entries`,
  async () => {
    const filler = Array.from({ length: 64 }, (_, at) =>
      certified({ email: `nobody${at}@elsewhere.example` }),
    );
    // Names of one round are not those of another, so a hit says which planting it was for.
    const plantings = Array.from({ length: planted }, (_, n) =>
      (ways[n % ways.length] ?? ways[0])?.(n),
    ).filter((one) => one !== undefined);
    const at = new Map<string, number>();
    const every = Math.floor(entries / planted);
    const leaves: Uint8Array[] = [];
    for (const [n, { leaf }] of plantings.entries()) {
      at.set(`r${n}@example.org`, leaves.length);
      leaves.push(leaf);
      for (let more = 1; more < every; more++) leaves.push(filler[(n + more) % filler.length] ?? leaf);
    }
    await watchAll(plantings);
    folder.append(leaves);
    trust = await serveTrust(folder.trustRoot(served.url, [authority]));
    monitor = await runMonitor(database, { trustUrl: trust.url });
    await eventually(async () => {
      const rows = await database.sql<{ size: number; state: string; indexed: number }[]>`
      SELECT verified_size::int AS size, state, (SELECT count(*)::int FROM monitor_entry) AS indexed FROM monitor_log`;
      expect(rows[0]?.indexed).toBe(rows[0]?.size);
      expect(rows).toEqual([{ size: leaves.length, state: 'following', indexed: leaves.length }]);
    }, readingMs);
    const matches = await database.sql<{ email: string; at: number }[]>`
    SELECT watch.email, match.entry_index::int AS at FROM match_match match JOIN account_watch watch ON watch.id = match.watch_id`;
    const found = new Set(matches.map((match) => `${match.email} ${match.at}`));
    const missed = [...at].filter(([email, index]) => !found.has(`${email} ${index}`));
    expect(
      missed.map(([, index]) =>
        Buffer.from(leaves[index] ?? [])
          .toString()
          .slice(0, 200),
      ),
    ).toEqual([]);
    const [alerts] = await database.sql`SELECT count(DISTINCT watch_id)::int AS watches FROM alert_alert`;
    expect(alerts).toEqual({ watches: planted });
  },
  readingMs * 2,
);
