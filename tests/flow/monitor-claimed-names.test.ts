/** What keys say of themselves is a claim: found and watched as such, and never the name of whoever logged in with it. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { findClaims } from '#app/signings/claims.ts';
import { previewWatch } from '#app/watches/preview.ts';
import type { WatchKind } from '#lib/identity/watch-target.ts';
import { findSignings } from '#app/signings/store.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { RekorV1Log, rekorV1Leaf } from '#tests/harness/rekor-v1-log.ts';
import { TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const database = await freshDatabase();
const log = await RekorV1Log.start();
const trust = await serveTrust({ ...trustRoot([], [authority]), tlogs: [log.listing()] });
const monitor = await runMonitor(database, { trustUrl: trust.url });
afterAll(async () => {
  await monitor.stop();
  await log.stop();
  await trust.close();
});
const reads = { sql: database.sql, statement: namedSql };

const packet = (tag: number, body: Uint8Array) => concat(Uint8Array.of(0xc0 | tag, body.length), body);
/** Of RFC 9580 §4.3: a public key packet, then user ids. */
function pgpEntry(...userIds: string[]): Uint8Array {
  const key = concat(Uint8Array.of(4, 0, 0, 0, 1, 22), randomBytes(40));
  const packets = concat(packet(6, key), ...userIds.map((userId) => packet(13, utf8(userId))));
  const armour = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${toBase64(packets)}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
  return rekord('pgp', armour);
}

function rekord(format: string, publicKey: string, signature = 'x'): Uint8Array {
  const hash = { algorithm: 'sha256', value: toHex(randomBytes(32)) };
  const content = (text: string) => toBase64(utf8(text));
  const spec = {
    data: { hash },
    signature: { format, content: content(signature), publicKey: { content: content(publicKey) } },
  };
  return utf8(JSON.stringify({ apiVersion: '0.0.1', kind: 'rekord', spec }));
}

const minisign = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
const keyId = Uint8Array.of(0x1f, 0xe8, 0xb4, 0x42, 0x18, 0x0f, 0x62, 0xe7);
const minisignature = toBase64(concat(utf8('Ed'), keyId, randomBytes(64)));

it('tells those who watch the claim, in words, and nobody who watches the address', async () => {
  const watched: readonly (readonly [string, string])[] = [
    ['email', 'pat@pgp.example'],
    ['pgp-user', 'pgp-user:pat@pgp.example'],
    ['pgp-user', 'pgp-user:pat doe <pat@pgp.example>'],
    ['key', toHex(sha256(minisign))],
    ['minisign-key', 'minisign:e7620f1842b4e81f'],
    ['email', 'done@pgp.example'],
  ];
  for (const [at, [kind, value]] of watched.entries())
    await confirmedWatch(database, value, `watcher${at}@example.com`, kind);
  log.append(
    pgpEntry('Pat Doe <Pat@PGP.example>'),
    // A user id that is an address and no more reads like one that somebody logged in with.
    pgpEntry('pat@pgp.example', 'Other <other@pgp.example>'),
    rekord('minisign', toBase64(minisign.subarray(-32)), `untrusted comment:\n${minisignature}`),
    rekord('ssh', `ssh-ed25519 ${toBase64(randomBytes(51))} pat@pgp.example`),
    rekorV1Leaf(authority.certify({ email: 'done@pgp.example' })),
  );
  const told = () => database.sql<{ recipient: string; text: string; subject: string }[]>`
    SELECT recipient, text, subject FROM mail_mailbox ORDER BY recipient`;
  await eventually(async () => {
    expect((await told()).map(({ recipient }) => recipient)).toContain('watcher5@example.com');
  }, 30_000);
  const rows = await database.sql`
    SELECT watch.email, alert.entry_index::int AS at FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    ORDER BY 1, 2`;
  expect(rows.map(({ email, at }) => `${email} ${at}`)).toEqual([
    'watcher1@example.com 0',
    'watcher1@example.com 1',
    'watcher2@example.com 0',
    'watcher3@example.com 2',
    'watcher4@example.com 2',
    'watcher5@example.com 4',
  ]);
  const [mail] = (await told()).filter(({ recipient }) => recipient === 'watcher2@example.com');
  expect(mail?.subject).toContain('a PGP key that calls itself Pat Doe');
  expect(mail?.text.replaceAll(/\s+/g, ' ')).toContain('Nobody checked that: whoever makes a key writes');
});

it('shows who means to watch a claimed user id what it would have been told of, and nothing of the address', async () => {
  const entries = async (kind: WatchKind, value: string) =>
    (await previewWatch(reads, { kind, value })).entries;
  expect(await entries('pgp-user', 'pgp-user:pat@pgp.example')).toBe(2);
  expect(await entries('pgp-user', 'pgp-user:pat doe <pat@pgp.example>')).toBe(1);
  expect(await entries('email', 'pat@pgp.example')).toBe(0);
});

it('finds each by its own name, and says of an address apart what is claimed of it', async () => {
  const total = async (identity: string) => (await findSignings(reads, { identity, limit: 5 })).total;
  expect(await total('pat@pgp.example')).toBe(0);
  expect(await total('pgp-user:pat doe <pat@pgp.example>')).toBe(1);
  expect(await findClaims(reads, { kind: 'email', value: 'pat@pgp.example' })).toEqual({
    identity: 'pgp-user:pat@pgp.example',
    signatures: 2,
  });
  expect(await total(toHex(sha256(minisign)))).toBe(1);
  expect(createPublicKey({ key: minisign, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('ed25519');
});
