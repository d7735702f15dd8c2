/** The ready-made entries of the public instance, word for word but for addresses and keys, each before a server of its dialect. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { certificateLeaf, CtLog } from '#tests/harness/ct-log.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { RekorV1Log, rekorV1Leaf } from '#tests/harness/rekor-v1-log.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

interface Listed {
  readonly baseUrl: string;
  readonly publicKey: { readonly rawBytes: string };
}
interface Root {
  readonly tlogs: readonly Listed[];
  readonly ctlogs: readonly Listed[];
  readonly certificateAuthorities: readonly object[];
}

const preset = new URL('../../workers/follow/public/sigstore.json', import.meta.url);
const published = JSON.parse(readFileSync(preset, 'utf8')) as Root;
const authority = new TestAuthority();
const { sql, url } = await freshDatabase();
const [v1, v2, ct] = [await RekorV1Log.start(), await HostileLog.start(), await CtLog.start()];
const bundled = await serveTrust(trustRoot([], [authority]));
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-public-'));
afterAll(async () => {
  await Promise.all([v1.stop(), v2.stop(), ct.stop(), bundled.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The entry as it was published, at another address and under another key. */
function elsewhere(entry: Listed, listing: object): object {
  const here = listing as Listed & { logId: object };
  const path = new URL(entry.baseUrl).pathname.replace(/\/$/, '');
  const publicKey = { ...entry.publicKey, rawBytes: here.publicKey.rawBytes };
  return { ...entry, baseUrl: here.baseUrl + path, logId: here.logId, publicKey };
}

it('are followed from where they stand, entry by entry, each by its protocol', async () => {
  const [signatures, tiles] = published.tlogs;
  const certificates = published.ctlogs.find(({ baseUrl }) => baseUrl.endsWith('/2022'));
  if (signatures === undefined || tiles === undefined || certificates === undefined)
    throw new Error('the public instance has three kinds of log');
  const root = {
    ...published,
    tlogs: [elsewhere(signatures, v1.listing()), elsewhere(tiles, v2.listing())],
    ctlogs: [elsewhere(certificates, ct.listing())],
    certificateAuthorities: [...published.certificateAuthorities, authority.listing()],
  };
  writeFileSync(join(folder, 'root.json'), JSON.stringify(root));
  const file = join(folder, 'logs.json');
  writeFileSync(file, JSON.stringify({ trustRoots: [{ file: './root.json', start: 'now' }] }));
  const leaf = () => rekorLeaf(authority.certify({ email: 'dev@example.com', claims: { issuer: 'i' } }));
  const certificate = () => certificateLeaf(authority.certify({ email: 'dev@example.com' }));
  const grow = () => {
    v1.append(...[1, 2].map(() => rekorV1Leaf(authority.certify({ email: 'dev@example.com' }))));
    v2.append(leaf(), leaf());
    ct.leaves.push(certificate(), certificate());
  };
  grow();
  grow();
  const monitor = await runMonitor({ sql, url }, { trustUrl: bundled.url, logsFile: file });
  await eventually(async () =>
    expect(await sql`SELECT 1 FROM monitor_checkpoint WHERE size = 4`).toHaveLength(3),
  );
  grow();
  await eventually(async () => {
    const rows = await sql`
      SELECT kind, dialect, state, start_size::int AS start, verified_size::int AS size FROM monitor_log ORDER BY kind`;
    const state = { state: 'following', start: 4, size: 6 };
    expect(rows).toEqual([
      { kind: 'ct', dialect: 'rfc6962', ...state },
      { kind: 'rekor-v1', dialect: 'rekor-v1', ...state },
      { kind: 'rekor-v2', dialect: 'tiles', ...state },
    ]);
  }, 20_000);
  expect(await sql`SELECT DISTINCT trust FROM monitor_entry`).toEqual([{ trust: 'trusted' }]);
  await monitor.stop();
});
