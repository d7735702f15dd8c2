/**
 * Our own client against the real authority and the real log: what it signs verifies with itself and with sigstore's
 * packages, what they sign verifies with ours, and nothing is written that does not.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import protobuf from '@sigstore/protobuf-specs';
import { bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import * as verify3 from '@sigstore/verify';
import * as verify4 from 'sigstore-verify-4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#tests/harness/eventually.ts';
import { openSigningPlace, type Ran, type SigningPlace } from '#tests/harness/signing-place.ts';

let instance: SigningPlace;
beforeAll(async () => {
  instance = await openSigningPlace();
});
afterAll(() => instance.close());

const place = (name: string) => instance.place(name);
const token = (email: string) => instance.token(email);
const sigwatch = (args: readonly string[], input = '') => instance.sigwatch(args, { input });

const trust = () => ['--trusted-root', place('trusted_root.json')];
const who = (email: string) => ['--identity', email, '--issuer', instance.issuer.url];

async function sign(name: string, email: string, ...more: string[]): Promise<Ran> {
  return sigwatch([
    'sign',
    place(name),
    '--yes',
    '--identity-token',
    await token(email),
    ...trust(),
    ...more,
  ]);
}

/** Who signed, as @sigstore/verify of both lines says. */
function theyRead(bundle: string, artifact: Buffer, policy: { subjectAlternativeName: string }): unknown[] {
  const trustedRoot = readFileSync(place('trusted_root.json'), 'utf8');
  return [verify3, verify4 as unknown as typeof verify3].map(
    ({ toSignedEntity, toTrustMaterial, Verifier }) => {
      const trust = toTrustMaterial(protobuf.TrustedRoot.fromJSON(JSON.parse(trustedRoot)));
      const thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };
      const entity = toSignedEntity(bundleFromJSON(JSON.parse(readFileSync(bundle, 'utf8'))), artifact);
      return new Verifier(trust, thresholds).verify(entity, policy).identity?.subjectAlternativeName;
    },
  );
}

describe('sign', () => {
  it('makes a bundle that we and @sigstore/verify believe, for this file and this person alone', async () => {
    writeFileSync(place('app.tgz'), 'release 1');
    const signed = await sign('app.tgz', 'ada@example.com');
    expect(signed).toMatchObject({ code: 0, complaint: '' });
    expect(signed.out).toContain('as ada@example.com');
    const bundle = place('app.tgz.sigstore.json');
    const verify = (artifact: string, email: string) =>
      sigwatch(['verify', artifact, '--bundle', bundle, ...who(email), ...trust()]);
    expect((await verify(place('app.tgz'), 'ada@example.com')).code).toBe(0);
    expect((await verify(place('app.tgz'), 'eve@example.com')).code).toBe(1);
    writeFileSync(place('other.tgz'), 'release 2');
    expect((await verify(place('other.tgz'), 'ada@example.com')).code).toBe(1);
    const policy = {
      subjectAlternativeName: '^ada@example\\.com$',
      extensions: { issuer: instance.issuer.url },
    };
    const ada = 'ada@example.com';
    expect(theyRead(bundle, Buffer.from('release 1'), policy)).toEqual([ada, ada]);
  });

  it('verifies what sigstore-js signed, plain and as an attestation', async () => {
    const config = JSON.parse(readFileSync(place('signing_config.v0.2.json'), 'utf8')) as unknown;
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
    };
    const jobs = [
      ['messageSignature', Buffer.from('by them'), undefined],
      ['dsseEnvelope', Buffer.from(JSON.stringify(statement)), 'application/vnd.in-toto+json'],
    ] as const;
    for (const [bundleType, data, type] of jobs) {
      const builder = bundleBuilderFromSigningConfig({
        signingConfig: protobuf.SigningConfig.fromJSON(config),
        identityProvider: { getToken: () => token('tim@example.com') },
        bundleType,
      });
      const bundle = await builder.create({ data, ...(type === undefined ? {} : { type }) });
      writeFileSync(place('theirs.json'), JSON.stringify(bundleToJSON(bundle)));
      writeFileSync(place('theirs'), data);
      const artifact = type === undefined ? place('theirs') : `sha256:${'ab'.repeat(32)}`;
      const args = [
        'verify',
        artifact,
        '--bundle',
        place('theirs.json'),
        ...who('tim@example.com'),
        ...trust(),
      ];
      expect(await sigwatch(args)).toMatchObject({ code: 0 });
    }
  });

  it('signs standard input to standard output, a folder by its manifest, and a statement about a file', async () => {
    const args = ['sign', '-', '--yes', '--identity-token', await token('ada@example.com'), ...trust()];
    const { code, out } = await sigwatch(args, 'from a pipe');
    expect(code).toBe(0);
    writeFileSync(place('pipe.json'), out);
    const piped = await sigwatch(
      ['verify', '-', '--bundle', place('pipe.json'), ...who('ada@example.com'), ...trust()],
      'from a pipe',
    );
    expect(piped.code).toBe(0);

    mkdirSync(place('dist/inner'), { recursive: true });
    writeFileSync(place('dist/b'), 'b');
    writeFileSync(place('dist/inner/a'), 'a');
    expect((await sign('dist', 'ada@example.com')).code).toBe(0);
    expect(readFileSync(place('dist.sha256'), 'utf8')).toMatch(
      /^[0-9a-f]{64} {2}dist\/b\n[0-9a-f]{64} {2}dist\/inner\/a\n$/,
    );
    const verifyFolder = () =>
      sigwatch([
        'verify',
        place('dist'),
        '--bundle',
        place('dist.sha256.sigstore.json'),
        ...who('ada@example.com'),
        ...trust(),
      ]);
    expect((await verifyFolder()).code).toBe(0);
    writeFileSync(place('dist/added'), '');
    expect((await verifyFolder()).code).toBe(1);
    rmSync(place('dist/added'));

    writeFileSync(place('predicate.json'), '{"buildType":"x"}');
    const type = 'https://slsa.dev/provenance/v1';
    const attested = await sign(
      'dist/b',
      'ada@example.com',
      '--attest',
      place('predicate.json'),
      '--predicate-type',
      type,
    );
    expect(attested.code).toBe(0);
    const verify = (...more: string[]) =>
      sigwatch([
        'verify',
        place('dist/b'),
        '--bundle',
        place('dist/b.attestation.sigstore.json'),
        ...who('ada@example.com'),
        ...trust(),
        ...more,
      ]);
    expect((await verify('--predicate-type', type)).code).toBe(0);
    expect((await verify('--predicate-type', 'https://spdx.dev/Document')).code).toBe(1);
  });

  it('does nothing without consent, and writes nothing it would not believe itself', async () => {
    writeFileSync(place('quiet'), 'quiet');
    const args = ['sign', place('quiet'), '--identity-token', await token('ada@example.com'), ...trust()];
    expect(await sigwatch(args)).toMatchObject({ code: 4 });
    const other = JSON.parse(readFileSync(place('trusted_root.json'), 'utf8')) as {
      timestampAuthorities: [];
    };
    writeFileSync(place('other_root.json'), JSON.stringify({ ...other, timestampAuthorities: [] }));
    const refused = await sigwatch([
      ...args.slice(0, 4),
      '--yes',
      '--trusted-root',
      place('other_root.json'),
    ]);
    expect(refused.code).toBe(3);
    expect(refused.complaint).toContain('bundle-does-not-verify');
    expect(existsSync(place('quiet.sigstore.json'))).toBe(false);
  });

  it('says what is wrong with a token or a service', async () => {
    writeFileSync(place('x'), 'x');
    const base = ['sign', place('x'), '--yes', ...trust(), '--identity-token'];
    expect(await sigwatch([...base, 'a.b.c'])).toMatchObject({ code: 2 });
    expect(
      await sigwatch([
        ...base,
        await instance.issuer.token({ email: 'a@example.com', email_verified: false }),
      ]),
    ).toMatchObject({ code: 2 });
    const stranger = await instance.issuer.token({
      email: 'a@example.com',
      email_verified: true,
      aud: 'other',
    });
    expect(await sigwatch([...base, stranger])).toMatchObject({ code: 3 });
  });
});

describe('trust through TUF', () => {
  it('signs and verifies from the digest of the first root on, and not from another', async () => {
    writeFileSync(place('by-tuf'), 'by-tuf');
    const published = (name: string) => fetch(`${instance.ca.url}/tuf/${name}`);
    await eventually(async () => expect((await published('timestamp.json')).status).toBe(200));
    const root = Buffer.from(await (await published('1.root.json')).arrayBuffer());
    const tuf = (sha256: string) => ['--tuf', `${instance.ca.url}/tuf`, '--tuf-root', sha256];
    const digest = createHash('sha256').update(root).digest('hex');
    const signer = who('tuf@example.com');
    const as = ['--yes', '--identity-token', await token('tuf@example.com')];
    expect(await sigwatch(['sign', place('by-tuf'), ...as, ...tuf(digest)])).toMatchObject({
      code: 0,
      complaint: '',
    });
    const verify = ['verify', place('by-tuf'), '--bundle', place('by-tuf.sigstore.json'), ...signer];
    expect((await sigwatch([...verify, ...tuf(digest)])).code).toBe(0);
    expect((await sigwatch([...verify, ...tuf('0'.repeat(64))])).code).toBe(2);
    expect((await sigwatch([...verify, '--tuf', `${instance.ca.url}/tuf`])).code).toBe(2);
  });
});

describe('conformance protocol', () => {
  it('sign-bundle and verify-bundle, plain and in-toto', async () => {
    writeFileSync(place('a.txt'), 'conformance');
    const files = [...trust(), '--signing-config', place('signing_config.v0.2.json')];
    const identity = [
      '--certificate-identity',
      'con@example.com',
      '--certificate-oidc-issuer',
      instance.issuer.url,
    ];
    const signed = await sigwatch([
      'sign-bundle',
      '--identity-token',
      await token('con@example.com'),
      '--bundle',
      place('c.json'),
      ...files,
      place('a.txt'),
    ]);
    expect(signed).toMatchObject({ code: 0, out: '' });
    const verify = (bundle: string, artifact: string) =>
      sigwatch(['verify-bundle', '--bundle', place(bundle), ...identity, ...trust(), artifact]);
    expect((await verify('c.json', place('a.txt'))).code).toBe(0);
    const digest = 'cd'.repeat(32);
    const subject = [{ name: 'a', digest: { sha256: digest } }];
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType: 'x',
      predicate: {},
    };
    writeFileSync(place('s.json'), JSON.stringify(statement));
    const inToto = await sigwatch([
      'sign-bundle',
      '--in-toto',
      '--identity-token',
      await token('con@example.com'),
      '--bundle',
      place('i.json'),
      ...files,
      place('s.json'),
    ]);
    expect(inToto.code).toBe(0);
    expect((await verify('i.json', `sha256:${digest}`)).code).toBe(0);
    expect((await verify('i.json', `sha256:${'ce'.repeat(32)}`)).code).toBe(1);
  });
});

describe('policy check', () => {
  it('two of three have signed, or it says who is missing', async () => {
    mkdirSync(place('signatures'));
    writeFileSync(place('release'), 'release');
    const people = Object.fromEntries(
      ['ann', 'bob', 'cyd'].map((name) => [
        name,
        [{ identity: `${name}@example.com`, issuer: instance.issuer.url }],
      ]),
    );
    const policy = {
      sigwatchPolicy: 1,
      people,
      groups: { devs: Object.keys(people) },
      require: { atLeast: 2, of: 'devs' },
    };
    writeFileSync(place('policy.json'), JSON.stringify(policy));
    const check = () =>
      sigwatch([
        'policy',
        'check',
        place('release'),
        '--policy',
        place('policy.json'),
        '--bundles',
        place('signatures'),
        ...trust(),
        '--json',
      ]);
    for (const file of ['1.json', '2.json']) {
      await sign('release', 'ann@example.com', '--bundle', place(`signatures/${file}`));
    }
    const no = await check();
    expect(no.code).toBe(1);
    expect(JSON.parse(no.out)).toMatchObject({
      verdict: 'unsatisfied',
      rule: { signed: ['ann'], missing: ['bob', 'cyd'] },
      signatures: [{ outcome: 'counts' }, { code: 'counted-already' }],
    });
    await sign('release', 'cyd@example.com', '--bundle', place('signatures/3.json'));
    const yes = await check();
    expect(yes.code).toBe(0);
    expect(JSON.parse(yes.out)).toMatchObject({ verdict: 'satisfied', rule: { signed: ['ann', 'cyd'] } });
  });
});
