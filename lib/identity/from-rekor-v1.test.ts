import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { TestAuthority } from '#tests/harness/test-authority.ts';
import { readRekorV1Entry } from './from-entry.ts';
import { readRekorV1 } from './from-rekor-v1.ts';

const authority = new TestAuthority();
const b64 = (text: string) => toBase64(utf8(text));
const pem = (email: string) => toPem('CERTIFICATE', authority.certify({ email }));
const hash = { algorithm: 'sha256', value: 'ab'.repeat(32) };
const entry = (kind: string, spec: unknown, apiVersion = '0.0.1') =>
  utf8(JSON.stringify({ apiVersion, kind, spec }));

// Made with gpg 2.4 and ssh-keygen, whose own words the fingerprints are.
const pgpKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawPcphYJKwYBBAHaRw8BAQdAeOYtbAtq2Gp99JkjKDGh25SXTnjUtpmWcjPD
SxDfltO0HURldiBFeGFtcGxlIDxEZXZARXhhbXBsZS5jb20+iJAEExYIADgWIQS2
PEVT/zG2J6Et/YETm4PWOnIr4wUCawPcpgIbAwULCQgHAgYVCgkICwIEFgIDAQIe
AQIXgAAKCRATm4PWOnIr45FxAQCsUqkpUazqk8p83E7cqTgOodcj9O5vyp1noLnF
RUtO/gEAoyMl/VawiGKQXLzk8vSa+Belm6VXP5N5jAfLSHuhKgQ=
=itXi
-----END PGP PUBLIC KEY BLOCK-----
`;
const pgpFingerprint = 'B63C4553FF31B627A12DFD81139B83D63A722BE3';
const sshKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH0gsya2h9PfeC7ocnuyfi+G+TJpgegc+7+gSXp0jsqV dev@example.com\n';
const sshFingerprint = 'N7j64uCwgtRVYapZ1lWSXCEOqHvIidMEocPCNG6mHEA';

it.each([
  [
    'hashedrekord',
    { data: { hash }, signature: { publicKey: { content: b64(pem('a@example.com')) } } },
    ['a@example.com'],
  ],
  [
    'dsse',
    {
      payloadHash: hash,
      signatures: [{ verifier: b64(pem('a@example.com')) }, { verifier: b64(pem('b@example.com')) }],
    },
    ['a@example.com', 'b@example.com'],
  ],
  [
    'intoto',
    { content: { payloadHash: hash, envelope: { signatures: [{ publicKey: b64(pem('a@example.com')) }] } } },
    ['a@example.com'],
  ],
  [
    'kind of next year',
    { artifact: { hash }, by: [{ who: { deep: b64(pem('a@example.com')) } }] },
    ['a@example.com'],
  ],
])('finds every signer and the digest of a %s entry', (kind, spec, emails) => {
  const read = readRekorV1(entry(kind, spec));
  expect(read.kind).toBe(`${kind} 0.0.1`);
  expect(read.certificates).toHaveLength(emails.length);
  expect(toHex(read.digest?.bytes ?? new Uint8Array(0))).toBe(hash.value);
});

it.each([
  ['jar', { archive: { hash } }],
  ['helm', { chart: { hash } }],
  ['cose', { data: { payloadHash: hash, envelopeHash: { ...hash, value: 'cd'.repeat(32) } } }],
])('finds the digest of a %s entry', (kind, spec) => {
  expect(toHex(readRekorV1(entry(kind, spec)).digest?.bytes ?? new Uint8Array(0))).toBe(hash.value);
});

it.each([
  ['dsse', { payloadHash: hash, envelopeHash: { ...hash, value: 'cd'.repeat(32) } }],
  ['cose', { data: { payloadHash: hash, envelopeHash: { ...hash, value: 'cd'.repeat(32) } } }],
  ['intoto', { content: { payloadHash: hash, hash: { ...hash, value: 'cd'.repeat(32) } } }],
])('finds the digest of the envelope of a %s entry, which makes it nobody’s', (kind, spec) => {
  expect(readRekorV1(entry(kind, spec))).toMatchObject({
    namesNobody: true,
    identities: [{ kind: 'artifact', value: `sha256:${'cd'.repeat(32)}` }],
  });
});

it('says of an entry whose statement is not what it hashes, or none, or kept back by the log, that it reads in part', () => {
  const by = { envelope: { signatures: [{ publicKey: b64(pem('a@example.com')) }] } };
  const isPartlyRead = (payload: string, served = payload) => {
    const payloadHash = { algorithm: 'sha256', value: toHex(sha256(utf8(payload))) };
    const leaf = entry('intoto', { content: { ...by, payloadHash } });
    expect(readRekorV1Entry(leaf)).toMatchObject({ isPartlyRead: false });
    const read = readRekorV1Entry(leaf, utf8(served));
    return 'isPartlyRead' in read && read.isPartlyRead;
  };
  const statement =
    '{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{}}],"predicateType":"x"}';
  expect(isPartlyRead(statement)).toBe(false);
  expect(isPartlyRead(statement, '')).toBe(true);
  expect(isPartlyRead(statement, `${statement} `)).toBe(true);
  expect(isPartlyRead(statement.replace('"digest"', '"other"'))).toBe(true);
});

it('takes the first certificate of a chain for the signer, the others for its issuers', () => {
  const chain = pem('a@example.com') + toPem('CERTIFICATE', authority.certificate);
  const read = readRekorV1(entry('hashedrekord', { signature: { publicKey: { content: b64(chain) } } }));
  expect([read.certificates.length, read.intermediates.length]).toEqual([1, 1]);
});

it('knows PGP and SSH keys by the fingerprints their own programs print, and a user id for what it is', () => {
  const pgp = readRekorV1(
    entry('rekord', { signature: { format: 'pgp', publicKey: { content: b64(pgpKey) } } }),
  );
  expect(pgp.identities).toEqual([
    { kind: 'pgp-key', value: pgpFingerprint.toLowerCase() },
    {
      kind: 'pgp-user',
      value: 'pgp-user:dev example <dev@example.com>',
      exact: 'Dev Example <Dev@Example.com>',
    },
    { kind: 'pgp-user', value: 'pgp-user:dev@example.com', exact: 'Dev@Example.com' },
  ]);
  const ssh = readRekorV1(
    entry('rekord', { signature: { format: 'ssh', publicKey: { content: b64(sshKey) } } }),
  );
  expect(ssh.keys.map(toHex)).toEqual([toHex(fromBase64(`${sshFingerprint}=`) ?? new Uint8Array(0))]);
  // Its comment looks like an address.
  expect(ssh.identities).toEqual([]);
});

it('says of a kind that came later that it does not read, or not in whole', () => {
  const plain = { where: 'HONEST@Victim.Example' };
  expect(readRekorV1Entry(entry('newkind', plain, '0.0.9')).kind).toBe('unparsable');
  const signed = { ...plain, by: b64(pem('a@example.com')) };
  expect(readRekorV1Entry(entry('newkind', signed))).toHaveProperty('isPartlyRead', true);
  expect(readRekorV1Entry(entry('newkind', { ...plain, data: { hash } }))).toHaveProperty(
    'isPartlyRead',
    true,
  );
  expect(readRekorV1Entry(entry('hashedrekord', plain))).toHaveProperty('isPartlyRead', true);
  expect(readRekorV1Entry(entry('hashedrekord', signed))).toHaveProperty('isPartlyRead', false);
});

const nested = (depth: number): string => (depth === 0 ? '1' : `[${nested(depth - 1)}]`);
it.each([
  ['no JSON', utf8('{')],
  ['no object', utf8('7')],
  ['no text', Uint8Array.of(0xff)],
  [
    'a certificate that does not read',
    entry('x', { a: b64('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n') }),
  ],
  ['nesting without end', utf8(`{"apiVersion":"1","kind":"x","spec":{"a":${nested(100)}}}`)],
])('calls %s unparsable', (_, leaf) => {
  expect(readRekorV1Entry(leaf).kind).toBe('unparsable');
});
