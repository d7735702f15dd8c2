import { describe, expect, it } from 'vitest';
import { toPem } from '#lib/encoding/pem.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { artifact, check, github, google, now, signature } from '#tests/harness/policy-signatures.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { readPolicy } from './read-policy.ts';

const twelve = Object.fromEntries(
  Array.from({ length: 12 }, (_, at) => [`dev${at}`, [{ identity: `dev${at}@example.com`, issuer: google }]]),
);
const sevenOfTwelve = {
  people: twelve,
  groups: { developers: Object.keys(twelve) },
  require: { atLeast: 7, of: 'developers' },
};
const developers = (count: number) =>
  Array.from({ length: count }, (_, at) => signature(`dev${at}@example.com`));

describe('an attestation', () => {
  const type = 'https://example.com/review/v1';
  const rejected = signature('dev0@example.com', { predicateType: type });
  const one = (more: object, where?: object) => ({
    ...sevenOfTwelve,
    ...more,
    require: { atLeast: 1, of: 'developers', ...(where === undefined ? {} : { where }) },
  });

  it('is no approval where the policy asks for none of its type, and it is said why', () => {
    const report = check(one({}), rejected);
    expect(report.verdict).toBe('unsatisfied');
    expect(report.signatures[0]).toEqual({
      name: '0.json',
      outcome: 'does-not-count',
      code: 'condition-unmet',
      reason: `it is an attestation of type ${type}, and the policy names no predicateTypes`,
    });
  });

  it('is not what counts beside a signature of the same person', () => {
    const report = check(one({}), rejected, signature('dev0@example.com'));
    expect(report.verdict).toBe('satisfied');
    expect(report.signatures.map(({ outcome }) => outcome)).toEqual(['does-not-count', 'counts']);
  });

  it('counts where its type is asked for: in the rule, a role or for every signature', () => {
    const asked = { predicateTypes: [type] };
    const role = {
      roles: { reviewer: { of: 'developers', where: asked } },
      require: { atLeast: 1, of: 'reviewer' },
    };
    expect(check(one({}, asked), rejected).verdict).toBe('satisfied');
    expect(check(one({ accept: asked }), rejected).verdict).toBe('satisfied');
    expect(check({ ...one({}), ...role }, rejected).verdict).toBe('satisfied');
    expect(check(one({}, { predicateTypes: ['https://other.example'] }), rejected).verdict).toBe(
      'unsatisfied',
    );
  });
});

describe('seven of twelve', () => {
  it('is satisfied by seven and not by six, and says who is missing', () => {
    expect(check(sevenOfTwelve, ...developers(7)).verdict).toBe('satisfied');
    const six = check(sevenOfTwelve, ...developers(6));
    expect(six.verdict).toBe('unsatisfied');
    expect(six.reason).toBe('6 of 7 from developers');
    expect(six.rule).toMatchObject({ missing: ['dev10', 'dev11', 'dev6', 'dev7', 'dev8', 'dev9'] });
  });

  it('is not satisfied by one person seven times, and says which signature counted', () => {
    const report = check(sevenOfTwelve, ...Array.from({ length: 7 }, () => signature('dev0@example.com')));
    expect(report.verdict).toBe('unsatisfied');
    expect(report.signatures.filter(({ outcome }) => outcome === 'counts')).toHaveLength(1);
    expect(report.signatures[1]).toMatchObject({ code: 'counted-already' });
  });

  it('does not count a stranger, a refused bundle or an unreadable one', () => {
    const policy = readPolicy(JSON.stringify({ sigwatchPolicy: 1, ...sevenOfTwelve }));
    const failure = {
      step: 'log',
      outcome: 'failed',
      code: 'log-untrusted',
      reason: 'a stranger log',
    } as const;
    const { verdict, signatures } = evaluatePolicy(policy, {
      artifact,
      now,
      submissions: [
        ...developers(6).map((one, at) => ({
          name: `${at}`,
          verification: { verdict: 'verified', steps: [], signature: one } as const,
        })),
        { name: 'refused', verification: { verdict: 'refused', steps: [], failure } },
        { name: 'junk', verification: { verdict: 'unreadable', code: 'bundle-malformed', reason: 'junk' } },
      ],
    });
    expect(verdict).toBe('unsatisfied');
    expect(signatures.slice(6)).toMatchObject([{ code: 'log-untrusted' }, { code: 'bundle-malformed' }]);
    const stranger = check(sevenOfTwelve, ...developers(6), signature('eve@example.com'));
    expect(stranger.verdict).toBe('unsatisfied');
    expect(stranger.signatures[6]).toMatchObject({ code: 'not-a-member' });
  });
});

describe('one person', () => {
  const anyTwo = (of: object) => ({ groups: { staff: [of] }, require: { atLeast: 2, of: 'staff' } });
  const anyone = anyTwo({ anyoneAt: 'example.com', issuer: { glob: '**' } });

  it.each([
    ['case', 'Ann@Example.com', {}],
    ['a tag', 'ann+release@example.com', {}],
    ['another issuer', 'ann@example.com', { issuer: 'https://login.example.com' }],
    ['another key', 'ann@example.com', { signature: Uint8Array.of(2) }],
    ['full-width letters', '\uff41nn@example.com', {}],
    ['a Cyrillic letter', '\u0430nn@example.com', {}],
    ['a zero-width space', 'ann\u200b@example.com', {}],
  ])('is not two by %s', (_, identity, given) => {
    expect(check(anyone, signature('ann@example.com'), signature(identity, given)).verdict).toBe(
      'unsatisfied',
    );
    expect(check(anyone, signature('ann@example.com'), signature('bob@example.com')).verdict).toBe(
      'satisfied',
    );
  });

  it('is not two by the dots of Gmail or the name of its domain', () => {
    const gmail = anyTwo({ anyoneLike: '*@*', issuer: google });
    expect(check(gmail, signature('a.nn@gmail.com'), signature('ann@googlemail.com')).verdict).toBe(
      'unsatisfied',
    );
  });

  it('is not two by two branches of one workflow', () => {
    const flows = anyTwo({ anyoneLike: 'https://github.com/acme/**', issuer: github });
    const flow = (ref: string) =>
      signature(`https://github.com/acme/app/.github/workflows/r.yml@refs/${ref}`, { issuer: github });
    expect(check(flows, flow('heads/a'), flow('heads/b')).verdict).toBe('unsatisfied');
  });

  it('is not two by a credential of theirs and an open group, nor by certificate and key', () => {
    const spki = ed25519Spki(1);
    const policy = {
      people: {
        ann: [{ identity: 'ann@example.com', issuer: google }, { publicKey: toPem('PUBLIC KEY', spki) }],
      },
      groups: { staff: ['ann', { anyoneAt: 'example.com', issuer: { glob: '**' } }] },
      require: { atLeast: 2, of: 'staff' },
    };
    const ann = signature('ann@example.com');
    expect(check(policy, ann, signature('ann@example.com', { issuer: github })).verdict).toBe('unsatisfied');
    expect(check(policy, ann, signature('', { key: spki })).verdict).toBe('unsatisfied');
    expect(check(policy, signature('', { key: spki }), signature('bob@example.com')).verdict).toBe(
      'satisfied',
    );
  });

  it('is not two by a glob of theirs and an open group, through another issuer, case or branch', () => {
    const flows = 'https://github.com/acme/app/.github/workflows/r.yml';
    const policy = {
      people: {
        ann: [{ identityGlob: 'ann*@example.com', issuer: google }],
        bot: [{ identityGlob: `${flows}@refs/tags/*`, issuer: github }],
      },
      groups: {
        staff: ['ann', 'bot', { anyoneLike: '**', issuer: { glob: '**' } }],
      },
      require: { atLeast: 2, of: 'staff' },
    };
    const ann = signature('ann@example.com');
    expect(check(policy, ann, signature('ANN+x@example.com', { issuer: github })).verdict).toBe(
      'unsatisfied',
    );
    const bot = signature(`${flows}@refs/tags/v1`, { issuer: github });
    expect(check(policy, bot, signature(`${flows}@refs/heads/x`, { issuer: github })).verdict).toBe(
      'unsatisfied',
    );
    expect(check(policy, ann, bot).verdict).toBe('satisfied');
  });

  it('whose name fits two people is neither', () => {
    const policy = {
      people: {
        ann: [{ identityGlob: 'a*@example.com', issuer: google }],
        anna: [{ identityGlob: 'an*@example.com', issuer: github }],
      },
      require: { atLeast: 1, of: ['ann', 'anna'] },
    };
    const report = check(policy, signature('ann@example.com'));
    expect(report.verdict).toBe('unsatisfied');
    expect(report.signatures[0]).toMatchObject({ code: 'several-people' });
  });

  it('counts for nobody through an issuer the policy does not name', () => {
    const report = check(sevenOfTwelve, signature('dev0@example.com', { issuer: 'https://evil.example' }));
    expect(report.signatures[0]).toMatchObject({ code: 'not-their-credential' });
  });
});

describe('rules and artifacts', () => {
  const people = {
    ann: [{ identity: 'ann@example.com', issuer: google }],
    bob: [{ identity: 'bob@example.com', issuer: google }],
  };
  const [ann, bob] = [signature('ann@example.com'), signature('bob@example.com')];

  it('nest', () => {
    const require = {
      all: [
        { atLeast: 1, of: 'ann' },
        {
          any: [
            { atLeast: 1, of: 'bob' },
            { atLeast: 2, of: ['ann', 'bob'] },
          ],
        },
      ],
    };
    expect(check({ people, require }, ann).verdict).toBe('unsatisfied');
    expect(check({ people, require }, bob).verdict).toBe('unsatisfied');
    expect(check({ people, require }, ann, bob).verdict).toBe('satisfied');
  });

  it('of any rules one is enough', () => {
    const require = {
      any: [
        { atLeast: 1, of: 'ann' },
        { atLeast: 1, of: 'bob' },
      ],
    };
    expect(check({ people, require }, ann).verdict).toBe('satisfied');
    expect(check({ people, require }, bob).verdict).toBe('satisfied');
    expect(check({ people, require }, signature('eve@example.com')).verdict).toBe('unsatisfied');
  });

  it.each([
    ['anyoneAt', { anyoneAt: 'example.com', issuer: google }],
    ['anyoneLike', { anyoneLike: '*@example.com', issuer: google }],
  ])('an open group takes in whom its %s and its issuer describe, and nobody else', (_, member) => {
    const policy = { groups: { staff: [member] }, require: { atLeast: 1, of: 'staff' } };
    const by = (identity: string, issuer = google) => check(policy, signature(identity, { issuer })).verdict;
    expect(by('eve@example.com')).toBe('satisfied');
    expect(by('eve@example.com', github)).toBe('unsatisfied');
    expect(by('eve@example.org')).toBe('unsatisfied');
    expect(by('eve@sub.example.com')).toBe('unsatisfied');
    expect(by('eve@example.com.evil.example')).toBe('unsatisfied');
  });

  it('a group may hold groups, and its people count once', () => {
    const groups = { a: ['ann'], b: ['a', 'bob', 'ann'] };
    const policy = { people, groups, require: { atLeast: 2, of: ['a', 'b'] } };
    expect(check(policy, ann).verdict).toBe('unsatisfied');
    expect(check(policy, ann, bob).verdict).toBe('satisfied');
  });

  it('a denied artifact is blocked whoever signed, one that is not allowed too', () => {
    const require = { atLeast: 1, of: 'ann' };
    const digest = `sha256:${Buffer.from(artifact.digest('SHA-256') ?? []).toString('hex')}`;
    const other = `sha256:${'0'.repeat(64)}`;
    expect(check({ people, require, artifact: { deny: [digest] } }, ann).verdict).toBe('blocked');
    expect(check({ people, require, artifact: { deny: [other] } }, ann).verdict).toBe('satisfied');
    expect(check({ people, require, artifact: { allow: [other] } }, ann).verdict).toBe('blocked');
    expect(check({ people, require, artifact: { allow: [digest] } }, ann).verdict).toBe('satisfied');
    expect(check({ people, require, artifact: { allow: [digest], deny: [digest] } }, ann).verdict).toBe(
      'blocked',
    );
  });

  it('a deny list in a digest that is not known blocks', () => {
    const policy = readPolicy(
      JSON.stringify({
        sigwatchPolicy: 1,
        people,
        require: { atLeast: 1, of: 'ann' },
        artifact: { deny: [`sha512:${'0'.repeat(128)}`] },
      }),
    );
    const bySha256 = {
      bytes: undefined,
      digest: (hash: string) => (hash === 'SHA-256' ? artifact.digest('SHA-256') : undefined),
    };
    const submissions = [
      { name: 'a', verification: { verdict: 'verified', steps: [], signature: ann } as const },
    ];
    expect(evaluatePolicy(policy, { artifact: bySha256, submissions, now }).verdict).toBe('blocked');
  });
});

function ed25519Spki(seed: number): Uint8Array {
  const raw = ed25519.getPublicKey(new Uint8Array(32).fill(seed));
  return Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, ...raw);
}
