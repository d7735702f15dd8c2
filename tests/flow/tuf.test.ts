import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rotate } from '#ca/trust-root/tuf/rotate.ts';
import type { RepositoryPlace } from '#ca/trust-root/tuf/publish.ts';
import { RoleKeyFolder, roles, type Role } from '#ca/trust-root/tuf/role-keys.ts';
import { readStaged, requestFile, signedFile, signStaged, writeStaged } from '#ca/trust-root/tuf/staged.ts';
import {
  dayMs,
  mirrorOf,
  newPlace,
  publishText,
  sigstoreClient,
  snapshotOf,
  StockClient,
  temporaryFolder,
} from '../harness/tuf.ts';

const firstRoot = (place: RepositoryPlace) => join(place.folder, '1.root.json');
const routine = (...which: Role[]) => ({ roles: which, compromised: false });

async function published(text = 'one') {
  const place = newPlace();
  publishText(place, text);
  const mirror = await mirrorOf(place.folder);
  return { place, mirror, client: new StockClient(mirror, firstRoot(place)) };
}

describe('the TUF repository', () => {
  it('is read by other people’s clients, given the first root alone', async () => {
    const { place, mirror, client } = await published();
    expect(await client.fetch()).toBe('one');
    const sigstore = await sigstoreClient(mirror, firstRoot(place));
    expect(await sigstore.getTarget('trusted_root.json')).toBe('one');
  });

  it('shows a change to clients that know the state before', async () => {
    const { place, client } = await published();
    await client.fetch();
    publishText(place, 'two');
    expect(await client.fetch()).toBe('two');
  });

  it('answers 404 and nothing else for a root that does not exist yet', async () => {
    const { mirror } = await published();
    const paths = ['2.root.json', '99.snapshot.json', 'targets/..%2F1.root.json', 'targets/nothing'];
    for (const path of paths) expect((await fetch(`${mirror.url}/${path}`)).status).toBe(404);
    expect((await fetch(`${mirror.url}/1.root.json`)).status).toBe(200);
  });

  it('writes nothing when there is no reason to', async () => {
    const { place } = await published();
    const before = readdirSync(place.folder);
    const timestamp = readFileSync(join(place.folder, 'timestamp.json'), 'utf8');
    publishText(place, 'one');
    expect(readdirSync(place.folder)).toEqual(before);
    expect(readFileSync(join(place.folder, 'timestamp.json'), 'utf8')).toBe(timestamp);
  });

  it('signs the timestamp anew each day, and root and targets long before they end', async () => {
    const place = newPlace();
    const first = publishText(place, 'one', 300).repository;
    expect(publishText(place, 'one', 299.5).repository.timestamp.metadata.signed.version).toBe(1);
    expect(publishText(place, 'one', 298.9).repository.timestamp.metadata.signed.version).toBe(2);
    const later = publishText(place, 'one', 0).repository;
    expect(later.root.metadata.signed.version).toBe(first.root.metadata.signed.version + 1);
    expect(later.targets.metadata.signed.version).toBe(2);
    const mirror = await mirrorOf(place.folder);
    expect(await new StockClient(mirror, firstRoot(place)).fetch()).toBe('one');
  });
});

describe('a mirror that lies', () => {
  it('cannot roll a client back', async () => {
    const { place, mirror, client } = await published();
    const old = snapshotOf(place);
    publishText(place, 'two');
    await client.fetch();
    mirror.serve(old);
    await expect(client.fetch()).rejects.toThrow(/less than current version/);
  });

  it('cannot freeze a client: without a fresh signature the repository ends within a week', async () => {
    const place = newPlace();
    publishText(place, 'one', 8);
    const mirror = await mirrorOf(place.folder);
    await expect(new StockClient(mirror, firstRoot(place)).fetch()).rejects.toThrow(/expired/);
  });

  it.each(['2.targets.json', '2.snapshot.json'])(
    'cannot put an older file in the place of %s',
    async (name) => {
      const { place, mirror, client } = await published();
      publishText(place, 'two');
      const mixed = snapshotOf(place);
      cpSync(join(mixed, name.replace('2', '1')), join(mixed, name));
      mirror.serve(mixed);
      await expect(client.fetch()).rejects.toThrow(/Expected (hash|length)|Max length/);
    },
  );

  it('cannot change a target', async () => {
    const { place, mirror, client } = await published();
    const changed = snapshotOf(place);
    for (const name of readdirSync(join(changed, 'targets')))
      writeFileSync(join(changed, 'targets', name), 'eno');
    mirror.serve(changed);
    await expect(client.fetch()).rejects.toThrow();
  });
});

describe('rotation', () => {
  it.each(roles)('of the %s key is followed by clients old and new', async (role) => {
    const { place, mirror, client } = await published();
    await client.fetch();
    rotate(place, routine(role), new Date());
    publishText(place, 'two');
    expect(await client.fetch()).toBe('two');
    expect(await new StockClient(mirror, firstRoot(place)).fetch()).toBe('two');
  });

  it('is walked through by a client that slept through many', async () => {
    const { place, client, mirror } = await published();
    await client.fetch();
    for (let round = 0; round < 5; round++) {
      rotate(place, routine(...roles), new Date());
      publishText(place, `round ${round}`);
    }
    expect(await client.fetch()).toBe('round 4');
    const sigstore = await sigstoreClient(mirror, firstRoot(place));
    expect(await sigstore.getTarget('trusted_root.json')).toBe('round 4');
  });

  it('is met half way by nobody: a client with the old root accepts what the new keys signed', async () => {
    const { place, mirror, client } = await published();
    await client.fetch();
    rotate(place, routine('targets', 'snapshot', 'timestamp'), new Date());
    const halfWay = snapshotOf(place);
    rmSync(join(halfWay, '2.root.json'));
    mirror.serve(halfWay);
    expect(await client.fetch()).toBe('one');
  });

  it('takes the old keys away when the overlap is over, and clients go on', async () => {
    const { place, client } = await published();
    rotate(place, routine(...roles), new Date(Date.now() - 8 * dayMs));
    expect(place.keys.all()).toHaveLength(8);
    publishText(place, 'two');
    expect(place.keys.all()).toHaveLength(4);
    expect(await client.fetch()).toBe('two');
  });

  it('of a stolen key leaves nothing that the thief’s key can sign', async () => {
    const { place, mirror, client } = await published();
    const stolen = temporaryFolder();
    const [timestampKey] = place.keys.all().filter(({ role }) => role === 'timestamp');
    cpSync(timestampKey?.file ?? '', join(stolen, basename(timestampKey?.file ?? '')));
    const forged = snapshotOf(place);
    rotate(place, { roles: ['timestamp'], compromised: true }, new Date());
    expect(place.keys.all().map(({ key }) => key.keyID)).not.toContain(timestampKey?.key.keyID);
    expect(await client.fetch()).toBe('one');
    // What the thief can still show is signed by the old key alone.
    cpSync(join(place.folder, '2.root.json'), join(forged, '2.root.json'));
    mirror.serve(forged);
    await expect(client.fetch()).rejects.toThrow(/signed by 0\/1 keys/);
  });

  it('to three of five root keys is accepted, and two of them cannot make the next root', async () => {
    const { place, client } = await published();
    rotate(place, { roles: ['root'], compromised: true, rootKeys: { count: 5, threshold: 3 } }, new Date());
    expect(await client.fetch()).toBe('one');
    const held = place.keys.all().filter(({ role }) => role === 'root');
    for (const { file } of held.slice(0, 3)) renameSync(file, join(temporaryFolder(), basename(file)));
    expect(() => rotate(place, routine('timestamp'), new Date())).toThrow(/root key is not here/);
  });
});

describe('keys that are offline', () => {
  it('are not missed until something must be signed; then it is said, and clients keep what they have', async () => {
    const { place, client } = await published();
    const safe = temporaryFolder();
    const away = place.keys.all().filter(({ role }) => role === 'root' || role === 'targets');
    for (const { file } of away) renameSync(file, join(safe, basename(file)));
    expect(publishText(place, 'one').waiting).toEqual([]);
    const { waiting } = publishText(place, 'two');
    expect(waiting.join()).toMatch(/targets key is not here and the trust files have changed: put targets-/);
    expect(await client.fetch()).toBe('one');
    for (const { file } of away) renameSync(join(safe, basename(file)), file);
    expect(publishText(place, 'two').waiting).toEqual([]);
    expect(await client.fetch()).toBe('two');
  });
});

describe('keys that never come here', () => {
  it('sign what waits for them elsewhere; only that, and only when enough of them have', async () => {
    const { place, client } = await published();
    const safe = temporaryFolder();
    const away = place.keys.all().filter(({ role }) => role === 'root' || role === 'targets');
    const files = away.map(({ role, file }) => ({ role, file: join(safe, basename(file)) }));
    for (const { file } of away) renameSync(file, join(safe, basename(file)));
    publishText(place, 'two');
    const request = readStaged(requestFile(place.keys.folder));
    expect([request.root, request.targets?.metadata.signed.version]).toEqual([undefined, 2]);
    // The request stays the same while the same waits: it may be on its way.
    const carried = readFileSync(requestFile(place.keys.folder));
    publishText(place, 'two', -1);
    expect(readFileSync(requestFile(place.keys.folder))).toEqual(carried);
    const keyOf = (wanted: string) => {
      const key = RoleKeyFolder.openFile(files.find(({ role }) => role === wanted)?.file ?? '', undefined);
      if (key === undefined) throw new Error('no key');
      return key;
    };
    // What the wrong key signed is not published, whoever puts it there.
    const wrong = { ...keyOf('root'), role: 'targets' as const };
    writeStaged(signedFile(place.keys.folder), signStaged(readStaged(requestFile(place.keys.folder)), wrong));
    expect(publishText(place, 'two').waiting).not.toEqual([]);
    writeStaged(signedFile(place.keys.folder), signStaged(request, keyOf('targets')));
    // Something else is wanted meanwhile: what was signed is for another state.
    expect(publishText(place, 'three').waiting).not.toEqual([]);
    expect(await client.fetch()).toBe('one');
    expect(publishText(place, 'two').waiting).toEqual([]);
    expect(await client.fetch()).toBe('two');
    expect(existsSync(requestFile(place.keys.folder))).toBe(false);
  });

  it('sign the next root too, when the one there is ends', async () => {
    const { place, client } = await published();
    const [rootKey] = place.keys.all().filter(({ role }) => role === 'root');
    const safe = join(temporaryFolder(), basename(rootKey?.file ?? ''));
    renameSync(rootKey?.file ?? '', safe);
    expect(publishText(place, 'one', -300).waiting.join()).toContain('root key is not here');
    const key = RoleKeyFolder.openFile(safe, undefined);
    if (key === undefined) throw new Error('no key');
    writeStaged(signedFile(place.keys.folder), signStaged(readStaged(requestFile(place.keys.folder)), key));
    expect(publishText(place, 'one', -300).waiting).toEqual([]);
    expect(existsSync(join(place.folder, '2.root.json'))).toBe(true);
    expect(await client.fetch()).toBe('one');
  });
});

describe('an accident', () => {
  it('in the middle of a publication leaves clients with the state before, and the next one whole', async () => {
    const { place, mirror, client } = await published();
    const cutOff = newPlace();
    cpSync(place.folder, cutOff.folder, { recursive: true });
    cpSync(place.keys.folder, cutOff.keys.folder, { recursive: true });
    const timestamp = readFileSync(join(cutOff.folder, 'timestamp.json'));
    publishText(cutOff, 'cut off before the timestamp');
    writeFileSync(join(cutOff.folder, 'timestamp.json'), timestamp);
    mirror.serve(cutOff.folder);
    expect(await client.fetch()).toBe('one');
    publishText(cutOff, 'two');
    expect(await client.fetch()).toBe('two');
  });

  it('that loses the repository does not begin a second one', () => {
    const place = newPlace();
    publishText(place, 'one');
    rmSync(place.folder, { recursive: true });
    expect(() => publishText(place, 'one')).toThrow(/restore it from a backup or any mirror/);
  });
});
