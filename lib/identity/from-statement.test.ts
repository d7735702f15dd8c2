import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readRekorV1Entry } from './from-entry.ts';

const statement = (subject: unknown, type = 'https://in-toto.io/Statement/v1') =>
  utf8(JSON.stringify({ _type: type, predicateType: 'https://slsa.dev/provenance/v1', subject }));
const named = (...names: readonly string[]) =>
  statement(names.map((name) => ({ name, digest: { sha256: 'ab'.repeat(32) } })));

function packages(
  served: Uint8Array,
  { kind = 'intoto', hashed = sha256(served), algorithm = 'sha256', kept = 'package' } = {},
) {
  const spec = { content: { payloadHash: { algorithm, value: toHex(hashed) } } };
  const read = readRekorV1Entry(utf8(JSON.stringify({ apiVersion: '0.0.2', kind, spec })), served);
  if (read.kind === 'unparsable' || !('identities' in read)) throw new Error('it does not read');
  return (read.identities ?? [])
    .map((identity) => `${identity.kind} ${identity.value}`)
    .filter((name) => name.startsWith(`${kept} `));
}

it.each(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'])(
  'names the subjects of a statement of %s whose hash the leaf holds',
  (type) => {
    const subject = [{ name: 'app-1.0.tar.gz', digest: { sha512: 'cd'.repeat(64) } }];
    expect(packages(statement(subject, type))).toEqual(['package package:app-1.0.tar.gz']);
  },
);

it('reads nothing of a statement that the leaf does not hash, and of no other kind of entry', () => {
  const served = named('pkg:npm/acme@1');
  const one = served.slice();
  one[40] = (one[40] ?? 0) ^ 1;
  expect(packages(served)).not.toEqual([]);
  expect(packages(served, { hashed: sha256(one) })).toEqual([]);
  expect(packages(one, { hashed: sha256(served) })).toEqual([]);
  expect(packages(served, { algorithm: 'sha512' })).toEqual([]);
  expect(packages(served, { hashed: utf8('') })).toEqual([]);
  expect(packages(served, { kind: 'hashedrekord' })).toEqual([]);
});

it.each([
  ['pkg:npm/acme@1.2.3', ['pkg:npm/acme@1.2.3', 'pkg:npm/acme']],
  [
    'pkg:npm/%40acme/app@1.2.3?arch=x@y#a@b',
    ['pkg:npm/%40acme/app@1.2.3?arch=x@y#a@b', 'pkg:npm/%40acme/app'],
  ],
  ['pkg:npm/@acme/app@1', ['pkg:npm/@acme/app@1', 'pkg:npm/@acme/app']],
  ['pkg:npm/@acme/app', ['pkg:npm/@acme/app']],
  ['pkg:npm/@app', ['pkg:npm/@app']],
  ['ghcr.io/acme/app@sha256', ['ghcr.io/acme/app@sha256']],
])('%s is watched with and without its version', (name, values) => {
  expect(packages(named(name))).toEqual(values.map((value) => `package package:${value}`));
});

it('makes of hostile names what can be kept and compared, each once, and never the name of a person', () => {
  const names = [' a\u0301 ', '\u00e1', 'jane@example.com', 'x\0y', '', '\ud800', '\udc00', 'n'.repeat(5000)];
  const found = packages(named(...names));
  expect(found.slice(0, -1)).toEqual(
    ['\u00e1', 'jane@example.com', 'xy', 'x', '\uFFFD'].map((name) => `package package:${name}`),
  );
  expect(found.at(-1)).toMatch(/^package package:n{56}…sha256:[0-9a-f]{64}$/);
  expect(packages(named(...Array.from({ length: 9000 }, (_, at) => `${at}`)))).toHaveLength(256);
});

it.each([
  ['no JSON', utf8('{"_type"')],
  ['not UTF-8', Uint8Array.of(0xff, 0xfe)],
  ['another type', statement([{ name: 'a', digest: {} }], 'https://example.com/Statement/v1')],
  ['no subjects', statement([])],
  ['a subject that is no object', statement(['a'])],
  ['a name that is no string', statement([{ name: { toString: 'a' }, digest: {} }])],
  ['depth without end', utf8('['.repeat(100_000))],
])('a statement with %s names nothing, and the entry is read all the same', (_, served) => {
  expect(packages(served)).toEqual([]);
});

it('names the files a statement is about by their digests, each once, and nothing that is no such digest', () => {
  const [one, two] = ['ab'.repeat(32), 'CD'.repeat(64)];
  const subject = [
    { name: 'a', digest: { sha256: one, sha512: two } },
    { name: 'b', digest: { sha256: one, sha384: 'ab', gitCommit: 'ab'.repeat(20) } },
    { name: 'c', digest: { sha256: two, sha512: 'x'.repeat(128) } },
  ];
  expect(packages(statement(subject), { kept: 'artifact' })).toEqual([
    `artifact sha256:${one}`,
    `artifact sha512:${two.toLowerCase()}`,
  ]);
  expect(packages(statement(subject), { kept: 'artifact', hashed: utf8('') })).toEqual([]);
});
