import { describe, expect, it } from 'vitest';
import { ed25519 } from '@noble/curves/ed25519.js';
import { cosignatureKeyId, cosignatureSigner } from '#lib/note/cosignature.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';
import type { VerifiedSignature } from '#lib/verify/verification.ts';
import { check, github, google, signature, signedAt } from '#tests/harness/policy-signatures.ts';
import { policySchema } from './policy-schema.ts';

describe('a condition is never ignored', () => {
  const one = (where: object) => ({
    people: { ann: [{ identityGlob: '**', issuer: { glob: '**' } }] },
    require: { atLeast: 1, of: 'ann', where },
  });
  const claims = {
    sourceRepositoryUri: 'https://github.com/Acme/App',
    sourceRepositoryRef: 'refs/tags/v1',
    buildSignerUri: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1',
    runnerEnvironment: 'github-hosted',
  };
  const signed = signature(claims.buildSignerUri, {
    issuer: github,
    claims,
  });
  const time = (authority: string, at = signedAt) => ({
    source: 'timestamp-authority' as const,
    authority,
    name: `https://${authority}.example`,
    time: at,
  });
  const entry = (id: number) => ({
    logId: Uint8Array.of(id),
    logUrl: `https://log${id}.example`,
    logIndex: 0n,
    checkpoint: undefined,
  });

  const pairs: [string, object, object, Partial<VerifiedSignature>?][] = [
    ['issuer', { issuer: github }, { issuer: google }],
    ['issuer, several', { issuer: [google, github] }, { issuer: [google] }],
    ['repository', { repository: 'github.com/acme/app' }, { repository: 'github.com/acme/app2' }],
    ['ref', { ref: 'refs/tags/v1' }, { ref: 'refs/tags/v' }],
    ['ref as glob', { ref: { glob: 'refs/tags/*' } }, { ref: { glob: 'refs/heads/*' } }],
    ['a text is no glob', { ref: 'refs/tags/v1' }, { ref: 'refs/tags/*' }],
    ['workflow', { workflow: { glob: '**/release.yml@**' } }, { workflow: { glob: '**/test.yml@**' } }],
    [
      'claims',
      { claims: { runnerEnvironment: 'github-hosted' } },
      { claims: { runnerEnvironment: 'self-hosted' } },
    ],
    ['a claim that is not there', {}, { claims: { deploymentEnvironment: 'production' } }],
    [
      'predicateTypes',
      { predicateTypes: ['https://slsa.dev/provenance/v1'] },
      { predicateTypes: ['https://slsa.dev/provenance/v0.2'] },
      { predicateType: 'https://slsa.dev/provenance/v1' },
    ],
    ['signedAfter', { signedAfter: '2026-11-19T12:00:00Z' }, { signedAfter: '2026-11-19T12:00:01Z' }],
    ['signedBefore', { signedBefore: '2026-11-19T12:00:01Z' }, { signedBefore: '2026-11-19T12:00:00Z' }],
    ['maxAgeDays', { maxAgeDays: 1 }, { maxAgeDays: 0.9 }],
    [
      'timestamps',
      { timestamps: { atLeast: 2 } },
      { timestamps: { atLeast: 3 } },
      { times: [time('a'), time('b'), time('b')] },
    ],
    [
      'timestamps from',
      { timestamps: { atLeast: 1, from: ['https://a.example'] } },
      { timestamps: { atLeast: 1, from: ['https://b.example'] } },
      { times: [time('a')] },
    ],
    ['logs', { logs: { atLeast: 2 } }, { logs: { atLeast: 3 } }, { entries: [entry(1), entry(2), entry(2)] }],
    [
      'logs from',
      { logs: { atLeast: 1, from: ['https://log1.example'] } },
      { logs: { atLeast: 1, from: ['https://log9.example'] } },
      { entries: [entry(1)] },
    ],
  ];

  it('has its pair above, or the test of witnesses below, whichever it is', () => {
    const definitions = Object.values(
      (policySchema() as { $defs: { [name: string]: { properties?: object } } }).$defs,
    );
    const [conditions] = definitions.filter(({ properties = {} }) => 'maxAgeDays' in properties);
    const tested = new Set(pairs.flatMap(([, , unmet]) => Object.keys(unmet)));
    expect([...tested, 'witnesses'].sort()).toEqual(Object.keys(conditions?.properties ?? {}).sort());
  });

  it.each(pairs)('%s', (_, met, unmet, given) => {
    const submitted = { ...signed, ...given };
    expect(check(one(met), submitted).verdict).toBe('satisfied');
    const refused = check(one(unmet), submitted);
    expect(refused.verdict).toBe('unsatisfied');
    expect(refused.signatures[0]).toMatchObject({ code: 'condition-unmet' });
  });

  it.each(pairs)('%s, for every signature', (_, met, unmet, given) => {
    const submitted = { ...signed, ...given };
    expect(check({ ...one({}), accept: met }, submitted).verdict).toBe('satisfied');
    expect(check({ ...one({}), accept: unmet }, submitted).verdict).toBe('unsatisfied');
  });

  it.each(pairs)('%s, in a role', (_, met, unmet, given) => {
    const submitted = { ...signed, ...given };
    const role = (where: object) => ({
      ...one({}),
      roles: { releaser: { of: 'ann', where } },
      require: { atLeast: 1, of: 'releaser' },
    });
    expect(check(role(met), submitted).verdict).toBe('satisfied');
    expect(check(role(unmet), submitted).verdict).toBe('unsatisfied');
  });

  it('every time must fit, not the one that suits', () => {
    const late = { ...signed, times: [time('a'), time('b', new Date('2026-11-19T13:00:00Z'))] };
    expect(check(one({ signedBefore: '2026-11-19T12:30:00Z' }), late).verdict).toBe('unsatisfied');
  });

  it('witnesses: distinct keys that cosigned this very checkpoint, not before their time', () => {
    const witness = (seed: number) => {
      const secret = new Uint8Array(32).fill(seed);
      const key = { name: `witness${seed}.example`, key: ed25519.getPublicKey(secret) };
      const text = formatVerifierKey({ ...key, keyId: cosignatureKeyId(key), type: 'cosignature' });
      const at = (seconds: bigint) =>
        cosignatureSigner({ ...key, sign: (message) => ed25519.sign(message, secret) }, seconds);
      return { text, at };
    };
    const [first, second, third] = [witness(1), witness(2), witness(3)];
    const seconds = BigInt(signedAt.getTime() / 1000);
    const text = 'log.example\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
    const note = signNote(text, [first.at(seconds), second.at(seconds), first.at(seconds + 1n)]);
    const future = signNote(text, [first.at(seconds), second.at(seconds + 10_000_000n)]);
    const keys = [first.text, second.text, third.text];
    const submitted = (checkpoint: string) => ({ ...signed, entries: [{ ...entry(1), checkpoint }] });
    const quorum = (atLeast: number) => one({ witnesses: { atLeast, keys } });
    expect(check(quorum(2), submitted(note)).verdict).toBe('satisfied');
    expect(check(quorum(3), submitted(note)).verdict).toBe('unsatisfied');
    expect(check(quorum(2), submitted(future)).verdict).toBe('unsatisfied');
    expect(check(quorum(2), submitted(note.replace('\n1\n', '\n2\n'))).verdict).toBe('unsatisfied');
    expect(check(quorum(1), signed).verdict).toBe('unsatisfied');
  });
});
