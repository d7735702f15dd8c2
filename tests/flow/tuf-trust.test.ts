/** Our own way to trust through a TUF repository, and the authority that publishes one. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { fetchTrustedRoot, firstRootDigest } from '#lib/server/tuf.ts';
import { freshDatabase } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { startFailingCtLog, type FailingCtLog } from '../harness/failing-ct-log.ts';
import { startTestCa, type TestCa } from '../harness/test-ca.ts';
import {
  mirrorOf,
  newPlace,
  publishText,
  sigstoreClient,
  snapshotOf,
  StockClient,
  temporaryFolder,
} from '../harness/tuf.ts';

describe('trust that begins with the digest of the first root', () => {
  it('is refused when the mirror has another one', async () => {
    const place = newPlace();
    publishText(place, '{}');
    const { url } = await mirrorOf(place.folder);
    const source = { mirror: url, cacheDir: temporaryFolder() };
    const digest = await firstRootDigest(url);
    expect(digest).toBe(
      createHash('sha256')
        .update(readFileSync(join(place.folder, '1.root.json')))
        .digest('hex'),
    );
    expect(await fetchTrustedRoot({ ...source, firstRoot: { sha256: digest } })).toMatchObject({
      trustedRoot: {},
    });
    const wrong = fetchTrustedRoot({ ...source, firstRoot: { sha256: '00'.repeat(32) } });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-first-root' });
  });

  it('remembers what it saw: an older state is refused at the next use', async () => {
    const place = newPlace();
    publishText(place, '{"state":1}');
    const old = snapshotOf(place);
    const mirror = await mirrorOf(place.folder);
    const source = {
      mirror: mirror.url,
      cacheDir: temporaryFolder(),
      firstRoot: { file: join(old, '1.root.json') },
    };
    publishText(place, '{"state":2}');
    expect(await fetchTrustedRoot(source)).toMatchObject({ trustedRoot: { state: 2 } });
    mirror.serve(old);
    await expect(fetchTrustedRoot(source)).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('the authority', () => {
  let ct: FailingCtLog;
  let ca: TestCa;

  beforeAll(async () => {
    ct = await startFailingCtLog();
    ca = await startTestCa({ database: await freshDatabase(), logUrl: ct.url });
  });
  afterAll(async () => {
    await ca.close();
    await ct.close();
  });

  const served = async (name: string): Promise<unknown> => (await fetch(`${ca.url}/${name}`)).json();

  it('gives through TUF the trust that it serves plainly, and says in /healthz until when it holds', async () => {
    const mirror = `${ca.url}/tuf`;
    const sha256 = await eventually(() => firstRootDigest(mirror));
    const fetched = await fetchTrustedRoot({ mirror, cacheDir: temporaryFolder(), firstRoot: { sha256 } });
    expect(fetched.trustedRoot).toEqual(await served('trusted_root.json'));
    expect(fetched.signingConfig).toEqual(await served('signing_config.v0.2.json'));
    const { tuf } = (await served('healthz')) as { tuf: object };
    expect(tuf).toMatchObject({ ok: true, rootVersion: 1, warnings: [] });
  });

  it('carries the files that clients from before trusted_root.json look for, by usage', async () => {
    const root = join(temporaryFolder(), '1.root.json');
    const repository = join(ca.dataDir, 'tuf');
    await eventually(() => cpSync(join(repository, '1.root.json'), root));
    const mirror = { url: `${ca.url}/tuf`, serve: () => undefined };
    const client = new StockClient(mirror, root);
    const trusted = readTrustedRoot(await served('trusted_root.json'));
    const pem = await client.fetch('ctfe.pub');
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    expect(Uint8Array.from(der)).toEqual(trusted.ctlogs[0]?.publicKey);
    for (const name of [
      'rekor.pub',
      'fulcio_v1.crt.pem',
      'fulcio_intermediate_v1.crt.pem',
      'tsa_leaf.crt.pem',
    ]) {
      expect(await client.fetch(name)).toMatch(/^-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/);
    }
    const targets = JSON.parse(readFileSync(join(repository, '1.targets.json'), 'utf8')) as {
      signed: { targets: Record<string, { custom?: { sigstore: { usage: string } }; hashes: object }> };
    };
    const listed = targets.signed.targets;
    expect(listed['ctfe.pub']?.custom?.sigstore.usage).toBe('CTFE');
    for (const { hashes } of Object.values(listed)) expect(Object.keys(hashes)).toEqual(['sha256']);
    const sigstore = await sigstoreClient(mirror, root);
    expect(JSON.parse(await sigstore.getTarget('trusted_root.json'))).toEqual(
      await served('trusted_root.json'),
    );
  });
});
