/** No name in an entry is missed, wherever and however it is written; each of these has been missed by some monitor. */
import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { concat, toHex, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { explicit, implicit, utf8String } from '#lib/encoding/der-writer.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { certificateKey } from '#lib/identity/from-certificate.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { writeName } from '#lib/x509/name.ts';
import { poisonExtension, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { rekorLeaf, TestAuthority, type Said } from '#tests/harness/test-authority.ts';
import { Authorities } from '#workers/match/authorities.ts';
import { indexEntry } from '#workers/match/index-entry.ts';
import type { IndexedEntry } from '#workers/match/indexed-entry.ts';
import type { LogKind } from '#workers/follow/followed-log.ts';

const authority = new TestAuthority();
const authorities = [
  {
    uri: '',
    chain: [readCertificate(authority.certificate)],
    validFor: { start: new Date(0), end: undefined },
  },
];
const none: Uint8Array = new Uint8Array(0);

async function index(leaf: Uint8Array, kind: LogKind = 'rekor-v2', extraData = none): Promise<IndexedEntry> {
  return indexEntry(kind, { leaf, extraData, index: 0n, leafHash: none }, Authorities.of(authorities));
}
const values = ({ identities }: IndexedEntry) => identities.map(({ kind, value }) => `${kind} ${value}`);
const said = async (what: Said) => values(await index(rekorLeaf(authority.certify(what))));

it.each<[string, Said, string[]]>([
  ['an address in capitals', { email: 'Dev@Example.COM' }, ['email dev@example.com']],
  ['an international domain', { email: 'dev@bücher.example' }, ['email dev@xn--bcher-kva.example']],
  ['a trailing dot', { email: 'dev@example.com.' }, ['email dev@example.com']],
  [
    'a NUL, both ways',
    { email: 'dev@example.com\0.evil.example' },
    ['email dev@example.com.evil.example', 'email dev@example.com'],
  ],
  [
    'a workflow and its repository',
    {
      uri: 'https://github.com/Acme/App/.github/workflows/r.yml@refs/heads/main',
      claims: { sourceRepositoryUri: 'https://github.com/Acme/App' },
    },
    [
      'uri https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main',
      'repository github.com/acme/app',
    ],
  ],
  [
    'a repository known by the old claim alone',
    { claims: { githubWorkflowRepository: 'acme/app' } },
    ['repository github.com/acme/app'],
  ],
  [
    'a repository in the address of a workflow alone',
    { uri: 'https://github.com/Corp/App/.github/workflows/rel.yml@refs/tags/v1' },
    [
      'uri https://github.com/corp/app/.github/workflows/rel.yml@refs/tags/v1',
      'repository github.com/corp/app',
    ],
  ],
  [
    'the repository of the address beside another that is claimed',
    {
      uri: 'https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main',
      claims: { sourceRepositoryUri: 'https://gitlab.com/other/app' },
    },
    [
      'uri https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main',
      'repository gitlab.com/other/app',
      'repository gitlab.com/group/sub/app',
    ],
  ],
  [
    'an address with a name beside it',
    { email: 'Alice <alice@corp.example>' },
    ['email alice <alice@corp.example>', 'email alice@corp.example'],
  ],
  [
    'an address in quotes',
    { email: '"alice"@corp.example' },
    ['email "alice"@corp.example', 'email alice@corp.example'],
  ],
  [
    'an address in the first of two lines',
    { email: 'alice@corp.example\r\nBcc: eve@evil.example' },
    [
      'email alice@corp.example\r\nbcc: eve@evil.example',
      'email alice@corp.example',
      'email eve@evil.example',
    ],
  ],
  [
    'an address as a URI',
    { uri: 'mailto:alice@corp.example' },
    ['uri mailto:alice@corp.example', 'email alice@corp.example'],
  ],
  [
    'a common name with an address in it',
    { subject: writeName('org', 'Alice <alice@corp.example>') },
    ['email alice@corp.example'],
  ],
  [
    'a directory name among the alternative names',
    { name: explicit(4, writeName('org', 'alice@corp.example')) },
    ['email alice@corp.example'],
  ],
  ['a common name', { subject: writeName('org', 'dev@example.com') }, ['email dev@example.com']],
  ['nothing', {}, []],
])('finds %s', async (_, what, expected) => {
  expect(await said(what)).toEqual(expected);
});

it('finds the key of an entry without a certificate', async () => {
  const bytes = utf8('any key');
  const leaf = formatHashedRekord({
    digestAlgorithm: 'SHA2_256',
    digest: sha256(bytes),
    signature: bytes,
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    verifier: { kind: 'publicKey', bytes },
  });
  const entry = await index(leaf);
  expect(entry.trust).toBe('none');
  expect(values(entry)).toEqual([`key ${toHex(sha256(bytes))}`]);
});

it('bounds a name that no database index would hold, and tells two such names apart', async () => {
  const [a = ''] = await said({ email: `${'a'.repeat(5000)}@example.com` });
  const [b = ''] = await said({ email: `${'a'.repeat(5001)}@example.com` });
  expect(a).not.toBe(b);
  expect(a.length).toBeLessThan(300);
});

it('trusts what an authority of the trust root issued, when it was valid, and nothing else', async () => {
  const trustOf = async (der: Uint8Array) => (await index(rekorLeaf(der))).trust;
  const email = 'dev@example.com';
  expect(await trustOf(authority.certify({ email }))).toBe('trusted');
  expect(await trustOf(new TestAuthority().certify({ email }))).toBe('untrusted');
  expect(await trustOf(authority.certify({ email, notBefore: new Date('2019-01-01') }))).toBe('untrusted');
  expect(await trustOf(authority.certify({ email, extra: poisonExtension() }))).toBe('untrusted');
  const altered = authority.certify({ email });
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  expect(await trustOf(altered)).toBe('untrusted');
});

/** RFC 6962 §3.4, a precertificate entry, and the extra data of §4.6. */
function precertificate(what: Said, extra?: Uint8Array): { leaf: Uint8Array; extraData: Uint8Array } {
  const der = authority.certify({ ...what, extra: poisonExtension() });
  const tbs = tbsWithoutSctAndPoison(readCertificate(der));
  const leaf = concat(uintBytes(0, 10), uintBytes(1, 2), new Uint8Array(32), vector(3, tbs), vector(2, none));
  return { leaf, extraData: extra ?? concat(vector(3, der), vector(3, vector(3, authority.certificate))) };
}

it('reads a precertificate out of the tree, and believes what is served beside it only where it confirms that', async () => {
  const { leaf, extraData } = precertificate({ email: 'dev@example.com' });
  const entry = await index(leaf, 'ct', extraData);
  expect(entry).toMatchObject({ kind: 'precertificate', trust: 'trusted' });
  expect(values(entry)).toEqual(['email dev@example.com']);
  const other = precertificate({ email: 'other@example.com' });
  for (const beside of [none, other.extraData, extraData.subarray(1)]) {
    const unconfirmed = await index(leaf, 'ct', beside);
    expect(unconfirmed.trust).toBe('unknown');
    expect(values(unconfirmed)).toEqual(['email dev@example.com']);
  }
});

it('gives a precertificate and its certificate one key', async () => {
  const tbs = authority.leafTbs({ email: 'dev@example.com' });
  const certificate = readCertificate(authority.signed(tbs));
  const leaf = concat(uintBytes(0, 10), uintBytes(1, 2), new Uint8Array(32), vector(3, tbs), vector(2, none));
  expect((await index(leaf, 'ct')).certificateKey).toEqual(certificateKey(certificate));
});

it.each([
  ['nothing', none],
  ['no JSON', utf8('hello')],
  ['null', utf8('null')],
  ['a number', utf8('7')],
  ['deep nesting', utf8('['.repeat(60_000))],
  ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
  ['a certificate that is none', rekorLeaf(Uint8Array.of(0x30, 0))],
  ['a certificate cut off', rekorLeaf(authority.certify({ email: 'dev@example.com' }).subarray(0, -1))],
])('keeps %s as an entry that does not read', async (_, leaf) => {
  for (const kind of ['rekor-v2', 'ct'] as const) {
    expect(await index(leaf, kind, leaf)).toMatchObject({
      kind: 'unparsable',
      trust: 'unparsable',
      identities: [],
    });
  }
});

it('finds a name in the bytes of an entry that does not read, through base64', async () => {
  const cut = authority.certify({ email: 'dev@example.com' }).subarray(0, -1);
  expect((await index(rekorLeaf(cut))).haystack).toContain('dev@example.com');
  expect((await index(utf8('{"kind":"new","who":"Dev@Example.com"}'))).haystack).toContain('dev@example.com');
});

it('looks through the bytes of an alternative name of a kind that it does not read', async () => {
  // ediPartyName [5] with partyName [1] as UTF8String.
  const name = explicit(5, explicit(1, utf8String('dev@example.com')));
  expect((await index(rekorLeaf(authority.certify({ name })))).haystack).toContain('dev@example.com');
  const ip = implicit(7, Uint8Array.of(127, 0, 0, 1));
  expect((await index(rekorLeaf(authority.certify({ name: ip })))).haystack).toBeUndefined();
});

it('keeps what reads of a certificate with a broken part, and looks through its bytes as well', async () => {
  const broken = authority.certify({ email: 'dev@example.com', claims: { issuer: 'x' } });
  // The DER string of the issuer claim becomes one of another type.
  const at = broken.findIndex((byte, i) => byte === 0x0c && broken[i + 1] === 1 && broken[i + 2] === 0x78);
  broken[at] = 0x13;
  const entry = await index(rekorLeaf(broken));
  expect(values(entry)).toEqual(['email dev@example.com']);
  expect(entry.haystack).toContain('dev@example.com');
});

it('keeps how a name is spelt, beside how it is compared', async () => {
  const uri = 'https://github.com/Acme/App/.github/workflows/r%C3%A9lease%20it.yml@refs/heads/main';
  const leaf = rekorLeaf(
    authority.certify({ uri, claims: { sourceRepositoryUri: 'https://github.com/Acme/App' } }),
  );
  expect((await index(leaf)).identities).toEqual([
    {
      kind: 'uri',
      value: 'https://github.com/acme/app/.github/workflows/r\u00E9lease%20it.yml@refs/heads/main',
      exact: uri,
    },
    { kind: 'repository', value: 'github.com/acme/app', exact: 'github.com/Acme/App' },
  ]);
  const plain = await index(rekorLeaf(authority.certify({ email: 'dev@example.com' })));
  expect(plain.identities).toEqual([{ kind: 'email', value: 'dev@example.com' }]);
});

it('lists a repository once, whether it stands there percent-encoded or not', async () => {
  const names = await said({
    uri: 'https://github.com/%D8%B4/%D8%AA/.github/workflows/r.yml@refs/heads/main',
    claims: { sourceRepositoryUri: 'https://github.com/\u0634/\u062A' },
  });
  expect(names.filter((name) => name.startsWith('repository'))).toEqual([
    'repository github.com/\u0634/\u062A',
  ]);
});

const v1Entry = (kind: string, spec: unknown) => utf8(JSON.stringify({ apiVersion: '0.0.9', kind, spec }));

it('looks through the bytes of an entry of a kind that came later', async () => {
  const spec = { where: 'HONEST@Victim.Example' };
  const entry = await index(v1Entry('newkind', spec), 'rekor-v1');
  expect([entry.trust, entry.kind]).toEqual(['unparsable', 'unparsable']);
  expect(entry.haystack).toContain('honest@victim.example');
  const withDigest = { ...spec, data: { hash: { algorithm: 'sha256', value: 'ab'.repeat(32) } } };
  expect((await index(v1Entry('newkind', withDigest), 'rekor-v1')).haystack).toContain(
    'honest@victim.example',
  );
});
