/**
 * What only others' eyes see. A log that shows another tree to whoever asks from elsewhere, in every dialect: found by what
 * another monitor was shown. And witnesses of a log, in the two dialects that have them: too few, one whose signature is
 * wrong, and one that nobody named.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { checkContradiction } from '#lib/source/contradiction-document.ts';
import { certificateLeaf } from '#tests/harness/ct-log.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileCtLog } from '#tests/harness/hostile-ct-log.ts';
import { HostileLog, whoAsksFrom } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { newWitness } from '#tests/harness/new-witness.ts';
import { RekorV1Log, rekorV1Leaf } from '#tests/harness/rekor-v1-log.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';

const authority = new TestAuthority();
const certificates = Array.from({ length: 6 }, (_, at) =>
  authority.certify({ email: `dev${at}@example.com` }),
);
const other = authority.certify({ email: 'other@example.com' });
/** Four entries, of which the last is another than in the tree of six. */
const otherwise = [...certificates.slice(0, 3), other];

const [tiles, rfc6962, staticCt, v1] = await Promise.all([
  HostileLog.start(),
  HostileCtLog.start('rfc6962'),
  HostileCtLog.start('static-ct'),
  RekorV1Log.start(),
]);
const tree = certificates.map((certificate) => rekorLeaf(certificate));
tiles.append(...tree);
const otherEntry = rekorLeaf(other);
for (const log of [rfc6962, staticCt]) log.leaves.push(...certificates.map(certificateLeaf));
v1.append(...certificates.map((certificate, at) => rekorV1Leaf(certificate, at)));
const [{ id: treeId } = { id: '' }] = v1.trees;

/** Where the other monitor asks from. The whole of 127.0.0.0/8 is this machine. */
const elsewhere = '127.0.0.2';
const shown = (url: string) =>
  new Promise<string>((done, failed) => {
    get(url, { localAddress: elsewhere }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => done(text));
    }).on('error', failed);
  });
const tilesUrl = (tiles.single() as { url: string }).url;
const seen: Readonly<Record<string, () => Promise<string>>> = {
  [tilesUrl.replace(/^http:\/\/|\/api.*/g, '')]: () => shown(`${tilesUrl}/checkpoint`),
  [rfc6962.url]: () => shown(`${rfc6962.url}/ct/v1/get-sth`),
  [staticCt.origin]: () => shown(`${staticCt.url}/checkpoint`),
  [`127.0.0.1 - ${treeId}`]: async () =>
    (JSON.parse(await shown(`${v1.url}/api/v1/log`)) as { signedTreeHead: string }).signedTreeHead,
};
const peer = createServer((request, response) => {
  const [, see] =
    Object.entries(seen).find(([origin]) => request.url === `/${toHex(sha256(utf8(origin)))}/checkpoint`) ??
    [];
  if (see === undefined) return void response.writeHead(404).end();
  void see().then((text) => response.end(text));
});

const witnesses = ['w1', 'w2', 'w3'].map((name) => newWitness(`${name}.example`));
const stranger = newWitness('stranger.example');
const policy = [
  ...witnesses.map(({ vkey }, at) => `witness w${at} ${vkey}`),
  'group two 2 w0 w1 w2',
  'quorum two',
  '',
].join('\n');
const witnessed = await Promise.all(
  Array.from(
    { length: 2 },
    async () => [await HostileLog.start(), await HostileCtLog.start('static-ct')] as const,
  ),
);
const [lacking, refused] = witnessed;
if (lacking === undefined || refused === undefined) throw new Error('two pairs');

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-split-'));
writeFileSync(join(folder, 'policy'), policy);
const logsFile = join(folder, 'logs.json');
for (const [log, ct] of witnessed) {
  log.append(...tree);
  ct.leaves.push(...certificates.map(certificateLeaf));
  for (const one of [log, ct]) one.cosigners = witnesses.slice(0, 2).map(({ cosign }) => cosign);
}
const withPolicy = { witnessPolicy: './policy' };
const listed = [
  rfc6962.listing(),
  staticCt.listing(),
  ...witnessed.flatMap(([log, ct]) => [log.single(withPolicy), ct.listing(withPolicy)]),
];
writeFileSync(logsFile, JSON.stringify({ logs: listed, peers: [await listen(peer)] }));
const database = await freshDatabase();
const root = trustRoot([tiles], [authority]) as { tlogs: object[] };
const trust = await serveTrust({ ...root, tlogs: [...root.tlogs, v1.listing()] });
const monitor = await runMonitor(database, {
  trustUrl: trust.url,
  logsFile,
  sightingsMs: 100,
  tufFolder: join(folder, 'tuf'),
});
afterAll(async () => {
  await monitor.stop();
  await Promise.all([tiles, rfc6962, staticCt, v1, ...witnessed.flat()].map((log) => log.stop()));
  await trust.close();
  await close(peer);
  rmSync(folder, { recursive: true });
});

interface Found {
  readonly state: string;
  readonly reason: string | null;
  readonly size: number;
  readonly incidents: { readonly kind: string; readonly evidence: string | null }[];
}
async function found(url: string): Promise<Found> {
  const [row] = await database.sql<Found[]>`
    SELECT state, state_reason AS reason, verified_size::int AS size,
      coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'evidence', evidence)) FROM monitor_incident
                WHERE log_id = log.id), '[]') AS incidents
    FROM monitor_log log WHERE starts_with(url, ${url})`;
  return row ?? { state: 'unknown', reason: null, size: 0, incidents: [] };
}
const honest = { state: 'following', size: 6, incidents: [] };
const addressOf = (log: HostileLog | HostileCtLog) =>
  log instanceof HostileCtLog ? log.url : (log.single() as { url: string }).url;

it('a log that shows another tree to who asks from elsewhere is caught by what they saw, in every dialect', async () => {
  const urls = [tilesUrl.replace('/api/v2', ''), rfc6962.url, staticCt.url, v1.url];
  await eventually(async () => {
    for (const url of urls) expect(await found(url)).toMatchObject(honest);
    // What is the same everywhere is held against ours as well, and nothing is found.
    expect(await database.sql`SELECT 1 FROM monitor_sighting WHERE verdict = 'agrees'`).toHaveLength(4);
  }, 30_000);
  const to = whoAsksFrom(elsewhere);
  tiles.misbehaviour = { kind: 'two-faced', to, leaves: [...tree.slice(0, 3), otherEntry] };
  for (const log of [rfc6962, staticCt]) log.others = { to, leaves: otherwise.map(certificateLeaf) };
  v1.others = { to, leaves: otherwise.map((certificate, at) => rekorV1Leaf(certificate, at)) };
  await eventually(async () => {
    for (const url of urls)
      expect(await found(url)).toMatchObject({
        state: 'misbehaving',
        size: 6,
        incidents: [{ kind: 'fork' }],
      });
  }, 20_000);
  for (const url of urls) {
    const [{ evidence } = { evidence: null }] = (await found(url)).incidents;
    expect(checkContradiction(JSON.parse(evidence ?? '')), url).toMatchObject({
      outcome: 'proved',
      words: 'it signed a tree of 4 entries, and one of 6 that begins with others',
    });
  }
});

it.each([
  ['tiles', 0],
  ['static-ct', 1],
] as const)(
  'a log (%s) whose statement too few witnesses signed is not believed until enough have; one that nobody named counts for nothing',
  async (_, at) => {
    const log = lacking[at];
    await eventually(async () => expect(await found(addressOf(log))).toMatchObject(honest), 20_000);
    const [one, two] = witnesses.map(({ cosign }) => cosign);
    if (one === undefined || two === undefined) throw new Error('three witnesses');
    log.cosigners = [one, stranger.cosign, stranger.cosignBadly];
    log.leaves.push(log instanceof HostileCtLog ? certificateLeaf(other) : otherEntry);
    await eventually(
      async () => expect(await found(addressOf(log))).toMatchObject({ ...honest, state: 'unwitnessed' }),
      20_000,
    );
    log.cosigners = [one, two, stranger.cosignBadly];
    await eventually(
      async () => expect(await found(addressOf(log))).toMatchObject({ ...honest, size: 7 }),
      20_000,
    );
  },
);

it.each([
  ['tiles', 0],
  ['static-ct', 1],
] as const)(
  'a log (%s) that shows a wrong signature of a witness is not believed, though enough others signed',
  async (_, at) => {
    const log = refused[at];
    await eventually(async () => expect(await found(addressOf(log))).toMatchObject(honest), 20_000);
    log.cosigners = witnesses.map(({ cosign, cosignBadly }, place) => (place === 1 ? cosignBadly : cosign));
    await eventually(
      async () =>
        expect(await found(addressOf(log))).toMatchObject({
          state: 'misbehaving',
          reason: 'Its newest statement: the cosignature of w2.example does not verify.',
          size: 6,
          // The log's own signature is good: nothing convicts its key.
          incidents: [{ kind: 'bad-signature', evidence: null }],
        }),
      20_000,
    );
  },
);
