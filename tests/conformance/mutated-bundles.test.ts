/**
 * A bundle with anything in it exchanged or bent is refused. Exchanged: each part of one good bundle for the same part of
 * another good one (the way cosign was fooled in CVE-2026-22703). Bent: single bits of every field. `npm run fuzz` goes
 * through every bit; otherwise one in many, the first ones shifted.
 */
import { describe, expect, it } from 'vitest';
import { equal } from '#lib/encoding/bytes.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { casesAreHere, readCase, type ConformanceCase } from './bundle-verify/cases.ts';
import { verifyCase } from './bundle-verify/ours.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Path = readonly (string | number)[];

const every = Number(process.env.SIGWATCH_EVERY ?? 97);

const isBranch = (value: Json | undefined): value is Json[] | { [name: string]: Json } =>
  typeof value === 'object' && value !== null;

function valueAt(json: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, step) => (isBranch(value) ? (value as { [name: string]: Json })[step] : undefined),
    json,
  );
}

function replaced(json: Json, path: Path, value: Json): Json {
  const copy = structuredClone(json);
  const parent = valueAt(copy, path.slice(0, -1)) as { [name: string]: Json };
  parent[path[path.length - 1] ?? ''] = value;
  return copy;
}

/** Every place below the top, branches and leaves. */
function paths(json: Json, at: Path = []): Path[] {
  if (!isBranch(json)) return [];
  return Object.entries(json).flatMap(([name, value]) => [[...at, name], ...paths(value, [...at, name])]);
}

const parse = (given: ConformanceCase): Json => JSON.parse(given.bundle) as Json;
const verify = (given: ConformanceCase, bundle: Json) =>
  verifyCase({ ...given, bundle: JSON.stringify(bundle) }, artifactOfBytes(given.artifact));

describe.skipIf(!casesAreHere)('a part of another good bundle', () => {
  it.each([
    ['rekor2-happy-path', 'rekor2-timestamp-without-embedded-cert'],
    ['rekor2-timestamp-without-embedded-cert', 'rekor2-happy-path'],
    ['rekor2-happy-path', 'bundle-with-sct-with-extensions'],
    ['rekor2-happy-path', 'rekor2-dsse-happy-path'],
    ['rekor2-dsse-happy-path', 'rekor2-happy-path'],
    ['happy-path-v0.1', 'happy-path-v0.3'],
    ['happy-path-v0.3', 'happy-path-v0.1'],
    ['happy-path-v0.3', 'happy-path-intoto-in-dsse-v3'],
    ['happy-path-intoto-in-dsse-v3', 'happy-path-v0.3'],
    ['managed-key-happy-path', 'happy-path-v0.3'],
  ])('%s with parts of %s', async (name, other) => {
    const [given, donor] = [readCase(name), parse(readCase(other))];
    const bundle = parse(given);
    const exchanges = paths(bundle).filter((path) => {
      const value = valueAt(donor, path);
      return value !== undefined && JSON.stringify(value) !== JSON.stringify(valueAt(bundle, path));
    });
    expect(exchanges.length).toBeGreaterThan(5);
    const accepted = [];
    for (const path of exchanges) {
      const mixed = replaced(bundle, path, valueAt(donor, path) ?? null);
      if ((await verify(given, mixed)).length === 0) accepted.push(path.join('.'));
    }
    expect(accepted.filter((path) => !meansNothing.includes(path))).toEqual([]);
  });
});

/** What nobody signs and nobody reads: which of two spellings the version has, and a hint at a key that is given anyway. */
const meansNothing = ['mediaType', 'verificationMaterial.publicKey.hint'];

describe.skipIf(!casesAreHere)(
  'a bent bit',
  () => {
    it.each([
      'rekor2-happy-path',
      'rekor2-dsse-happy-path',
      'happy-path-v0.3',
      'happy-path-intoto-in-dsse-v3',
      'managed-key-and-trusted-root',
    ])('in %s', async (name) => {
      const given = readCase(name);
      const bundle = parse(given);
      expect(await verify(given, bundle)).toEqual([]);
      const accepted = [];
      let [shift, flips, irrelevant] = [0, 0, 0];
      for (const path of paths(bundle).filter((each) => typeof valueAt(bundle, each) === 'string')) {
        const original = decode(path, valueAt(bundle, path));
        for (let bit = shift++ % every; bit < original.length * 8; bit += every) {
          const bent = Uint8Array.from(original);
          bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const value = encode(path, bent);
          if (value === undefined) continue;
          flips++;
          const failures = await verify(given, replaced(bundle, path, value));
          expect(failures).not.toContain('unexpected-error');
          if (failures.length > 0) continue;
          if (isIrrelevant(path, original, bent)) irrelevant++;
          else accepted.push(`${path.join('.')} bit ${bit}`);
        }
      }
      expect(accepted).toEqual([]);
      expect(flips).toBeGreaterThan(100);
      const refused = flips - irrelevant;
      if (every === 1) {
        process.stdout.write(
          `bits of ${name}: ${flips} flipped, ${refused} refused, ${irrelevant} irrelevant\n`,
        );
      }
    });
  },
  3_600_000,
);

const bytes =
  'rawBytes keyId rootHash canonicalizedBody signedEntryTimestamp signedTimestamp digest signature payload sig'.split(
    ' ',
  );

const leafName = (path: Path) => String(path[path.length - 1]);
const isBytes = (path: Path) => bytes.includes(leafName(path)) || path.includes('hashes');

function decode(path: Path, value: Json | undefined): Uint8Array {
  return typeof value === 'string'
    ? Uint8Array.from(Buffer.from(value, isBytes(path) ? 'base64' : 'utf8'))
    : new Uint8Array(0);
}

/** Undefined for bytes that no JSON text can hold. */
function encode(path: Path, bent: Uint8Array): string | undefined {
  if (isBytes(path)) return Buffer.from(bent).toString('base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bent);
  } catch {
    return undefined;
  }
}

/**
 * Irrelevant, and shown to be so: nobody signs or reads it, or the bent bundle holds the same under every signature that
 * is checked. The wrapping of a timestamp is not signed (RFC 5652 §5.4: the attributes are, and through their digest the
 * content): version numbers, the list of digest algorithms, certificates that came along. A checkpoint carries
 * cosignatures of others.
 */
function isIrrelevant(path: Path, original: Uint8Array, bent: Uint8Array): boolean {
  if (meansNothing.includes(path.join('.'))) return true;
  if (leafName(path) === 'envelope') return sameForTheLog(original, bent);
  if (leafName(path) !== 'signedTimestamp') return false;
  const [before, after] = [readTimestampResponse(original), readTimestampResponse(bent)];
  return (
    equal(before.content, after.content) &&
    equal(before.signer.signedBytes, after.signer.signedBytes) &&
    equal(before.signer.signature, after.signer.signature) &&
    equal(before.signer.issuer, after.signer.issuer) &&
    equal(before.signer.serial, after.signer.serial)
  );
}

function sameForTheLog(original: Uint8Array, bent: Uint8Array): boolean {
  const [before, after] = [original, bent].map((bytes) => parseNote(new TextDecoder().decode(bytes)));
  const origin = before?.text.split('\n')[0];
  const signaturesOf = (note: typeof before) =>
    JSON.stringify(
      note?.signatures
        .filter(({ name }) => name === origin)
        .map(({ keyId, signature }) => [...keyId, ...signature]),
    );
  return before?.text === after?.text && signaturesOf(before) === signaturesOf(after);
}
