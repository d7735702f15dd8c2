import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { readConfig } from '#lib/server/config.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { openCodeSigningAuthority, openTimestampAuthority } from '../keys/authority.ts';
import { ensureKeySet } from '../keys/key-set.ts';
import {
  closingChains,
  distrustSince,
  rememberAuthorities,
  type CurrentAuthorities,
} from './known-authorities.ts';
import { mergeLogs, type KnownLog } from './known-logs.ts';
import { isComplete, signingConfig, trustedRoot } from './publish.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-trust-'));
const file = join(home, 'trust', 'authorities.json');
const config = readConfig({ DATA_DIR: home, CA_URL: 'https://ca.example' });
const now = new Date();
let first: CurrentAuthorities;
let second: CurrentAuthorities;

beforeAll(async () => {
  const open = async (name: string): Promise<CurrentAuthorities> => {
    const folder = await ensureKeySet(join(home, name), now);
    return {
      codeSigning: openCodeSigningAuthority(config, folder),
      timestamps: openTimestampAuthority(config, folder),
    };
  };
  [first, second] = [await open('first'), await open('second')];
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function ctKey(start: string): KnownLog {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }));
  return {
    name: 'ct',
    kind: 'ct',
    baseUrl: 'https://log.example',
    origin: 'log.example',
    logId: toBase64(sha256(spki)),
    publicKey: toBase64(spki),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: { start },
  };
}

describe('what is trusted', () => {
  it('never forgets a log, and takes the end of one from the list', () => {
    const [old, young] = [ctKey('2026-01-01T00:00:00Z'), ctKey('2026-06-01T00:00:00Z')];
    expect(mergeLogs([old], [young])).toEqual([old, young]);
    const ended = { ...old, validFor: { ...old.validFor, end: '2026-07-01T00:00:00Z' } };
    expect(mergeLogs([old, young], [ended])).toEqual([ended, young]);
  });

  it('never takes a log whose id is not that of its key', () => {
    const log = ctKey('2026-01-01T00:00:00Z');
    expect(() => mergeLogs([], [{ ...log, logId: toBase64(new Uint8Array(32)) }])).toThrow(
      'an id that is not',
    );
  });

  it('closes an authority that was replaced and keeps it', () => {
    expect(rememberAuthorities(file, first, now)).toHaveLength(2);
    expect(rememberAuthorities(file, first, now)).toHaveLength(2);
    const after = rememberAuthorities(file, second, now);
    expect(after.map(({ kind, validFor }) => [kind, validFor.end !== undefined])).toEqual([
      ['code-signing', true],
      ['timestamps', true],
      ['code-signing', false],
      ['timestamps', false],
    ]);
    const inMinutes = (count: number) => new Date(now.getTime() + count * 60_000);
    const replaced = first.codeSigning.chain.map(({ encoding }) => encoding);
    expect(closingChains(after, inMinutes(14))).toEqual([replaced]);
    expect(closingChains(after, inMinutes(16))).toEqual([]);
    const root = readTrustedRoot(trustedRoot({ config, logs: [], authorities: after }));
    expect(root.certificateAuthorities.map(({ chain }) => chain.length)).toEqual([2, 2]);
    expect(root.timestampAuthorities[1]?.chain[0]).toEqual(second.timestamps.certificate);
  });

  it('keeps the end of a stolen one, though it issues until clients know the next', () => {
    const path = join(home, 'stolen.json');
    rememberAuthorities(path, first, now);
    const lastGood = new Date(now.getTime() - 3_600_000);
    distrustSince(path, 'code-signing', first.codeSigning.chain, lastGood);
    const next = { ...first, announced: [second.codeSigning] };
    const ends = rememberAuthorities(path, next, now).map(({ validFor }) => validFor.end);
    expect(ends).toEqual([lastGood.toISOString(), undefined, undefined]);
  });

  it('refuses to start over a damaged memory', () => {
    const damaged = join(home, 'damaged.json');
    writeFileSync(damaged, '{"authorities":[{');
    expect(() => rememberAuthorities(damaged, first, now)).toThrow('damaged');
  });
});

describe('the signing configuration', () => {
  it('names open logs only, newest first, and the whole address of the timestamps', () => {
    const log = (start: string, end?: string): KnownLog => ({
      ...ctKey(start),
      kind: 'rekor-v2',
      baseUrl: `https://log.example/${start.slice(0, 7)}`,
      validFor: end === undefined ? { start } : { start, end },
    });
    const logs = [
      log('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
      log('2026-02-01T00:00:00Z'),
      log('2026-03-01T00:00:00Z'),
      log('2999-01-01T00:00:00Z'),
    ];
    const authorities = rememberAuthorities(join(home, 'other.json'), first, now);
    const material = { config, logs, authorities };
    expect(isComplete(material)).toBe(false);
    expect(signingConfig(material, new Date('2026-11-23T00:00:00Z'))).toMatchObject({
      caUrls: [{ url: 'https://ca.example', majorApiVersion: 1 }],
      oidcUrls: [{ url: 'https://ca.example/oidc', majorApiVersion: 1 }],
      rekorTlogUrls: [
        { url: 'https://log.example/2026-03', majorApiVersion: 2 },
        { url: 'https://log.example/2026-02', majorApiVersion: 2 },
      ],
      tsaUrls: [{ url: 'https://ca.example/api/v1/timestamp', majorApiVersion: 1 }],
    });
  });
});
