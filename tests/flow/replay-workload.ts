/** Ninety days of signatures as build pipelines make them, the same for the same seed, and attacks to mix in. */
import type { Said } from '#tests/harness/test-authority.ts';

const day = 86_400_000;
const hour = 3_600_000;
const minute = 60_000;
export const github = 'https://token.actions.githubusercontent.com';

export interface Signing {
  readonly at: number;
  readonly said: Said;
  /** Of an authority that nobody trusts. */
  readonly forged?: boolean;
  /** What was signed, where that is said. */
  readonly file?: string;
  /** Its certificate is in the log of certificates, and no signature by it anywhere. */
  readonly unused?: boolean;
}

/** mulberry32: small, seeded, good enough to scatter releases. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Build {
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly workflow: string;
  readonly ref: string;
  readonly trigger: string;
  readonly runner: string;
  readonly issuer: string;
  /** A reusable workflow that does the signing. */
  readonly signer?: string;
}

/** A certificate as Fulcio writes it for a GitHub Actions run. */
export function built(build: Build, at: number, run: number): Signing {
  const home = `https://github.com/${build.repository}`;
  const config = `${home}/.github/workflows/${build.workflow}@${build.ref}`;
  return {
    at,
    said: {
      uri: build.signer ?? config,
      notBefore: new Date(at),
      claims: {
        issuer: build.issuer,
        sourceRepositoryUri: home,
        sourceRepositoryIdentifier: build.repositoryId,
        sourceRepositoryOwnerIdentifier: build.ownerId,
        sourceRepositoryRef: build.ref,
        buildConfigUri: config,
        buildSignerUri: build.signer ?? config,
        buildTrigger: build.trigger,
        runnerEnvironment: build.runner,
        runInvocationUri: `${home}/actions/runs/${run}/attempts/1`,
      },
    },
  };
}

export const application: Build = {
  repository: 'acme/app',
  repositoryId: '1001',
  ownerId: '77',
  workflow: 'release.yml',
  ref: 'refs/tags/v1.0.0',
  trigger: 'push',
  runner: 'github-hosted',
  issuer: github,
};
const container: Build = { ...application, workflow: 'container.yml', ref: 'refs/heads/main' };
const nightly: Build = { ...container, workflow: 'nightly.yml', trigger: 'schedule' };
const library: Build = {
  ...application,
  repository: 'acme/library',
  repositoryId: '1002',
  workflow: 'publish.yml',
  trigger: 'release',
  signer: 'https://github.com/acme/.github/.github/workflows/sign.yml@refs/tags/v3',
};
/** Whoever runs it announces each signature. */
export const vault: Build = { ...application, repository: 'acme/vault', repositoryId: '1004' };
export const quiet: Build = { ...application, repository: 'acme/quiet', repositoryId: '1003' };

/** Releases of several files on working days, images as people merge, a build every night, a library now and then. */
export function routine(seed: number, from: number, days: number): Signing[] {
  const random = seeded(seed);
  const signings: Signing[] = [];
  let run = 1;
  const add = (build: Build, at: number, files: number): void => {
    run++;
    for (let file = 0; file < files; file++)
      signings.push(built(build, Math.floor(at + file * (5 + random() * 20) * 1000), run));
  };
  for (let past = 0; past < days; past++) {
    const midnight = from + past * day;
    const works = ![0, 6].includes(new Date(midnight).getUTCDay());
    add(nightly, midnight + 2 * hour + random() * 20 * minute, 1);
    if (works)
      for (let merge = 0; merge < 1 + random() * 5; merge++)
        add(container, midnight + (8 + random() * 10) * hour, 1);
    if (works && random() < 0.4) {
      const ref = `refs/tags/v1.${past}.${Math.floor(random() * 5)}`;
      add({ ...application, ref }, midnight + (9 + random() * 8) * hour, 2 + Math.floor(random() * 3));
    }
    // Somebody starts it by hand, for once.
    if (random() < 0.02) add({ ...container, trigger: 'workflow_dispatch' }, midnight + 20 * hour, 1);
    if (works && random() < 0.3) add({ ...library, ref: `refs/tags/v0.${past}` }, midnight + 11 * hour, 2);
  }
  // It released some months ago, and then nobody touched it.
  for (const ago of [1, 2, 3, 4]) signings.push(built(vault, from + (days - ago * 5) * day, 5_000_000 + ago));
  for (const ago of [1, 2, 3, 4]) signings.push(built(quiet, from - (20 + ago) * day, 1_000_000 + ago));
  return signings.sort((a, b) => a.at - b.at);
}

export interface Attack {
  readonly name: string;
  /** The rule that must tell of it. */
  readonly rule: string;
  readonly signings: readonly Signing[];
}

/** Each some hours after the one before, in the days from `at` on. */
export function attacks(at: number): Attack[] {
  const tag = { ...application, ref: 'refs/tags/v2.0.0' };
  const home = 'https://github.com/acme/app/.github/workflows';
  const one = (name: string, rule: string, change: Partial<Build>, nth: number): Attack => ({
    name,
    rule,
    signings: [built({ ...tag, ...change }, at + nth * 3 * hour, 2_000_000 + nth)],
  });
  return [
    {
      name: 'a burst of 84 in six minutes by the right identity',
      rule: 'burst',
      signings: Array.from({ length: 84 }, (_, nth) => built(tag, at + nth * 4_285, 4_000_000)),
    },
    one('another login provider', 'first-issuer', { issuer: 'https://issuer.evil.example' }, 1),
    one('the name with another repository number', 'repository-id-changed', { repositoryId: '999001' }, 2),
    one('the name with another owner', 'repository-id-changed', { ownerId: '999002' }, 3),
    one('pull_request_target', 'new-trigger', { trigger: 'pull_request_target' }, 4),
    one('a machine of their own', 'runner-changed', { runner: 'self-hosted' }, 5),
    one('another workflow', 'new-workflow', { workflow: 'x.yml' }, 6),
    one('a pull request instead of a tag', 'new-kind-of-ref', { ref: 'refs/pull/7/merge' }, 7),
    one('another reusable workflow', 'new-build-signer', { signer: `${home}/../evil.yml@refs/heads/x` }, 8),
    {
      name: 'a look-alike that signs what the owner signed',
      rule: 'look-alike',
      signings: [{ ...built({ ...tag, repository: 'acme/a-pp' }, at + 9 * 3 * hour, 1), file: ownFile }],
    },
    {
      name: 'another kind of key',
      rule: 'new-key-type',
      signings: [withCurve(built(tag, at + 42 * hour, 5), 'P-384')],
    },
    {
      name: 'a signature that nobody announced',
      rule: 'intent-missing',
      signings: [built({ ...vault, ref: 'refs/tags/v1.0.1' }, at + 45 * hour, 6)],
    },
    {
      name: 'somebody who left',
      rule: 'departed-member',
      signings: [{ at: at + 48 * hour, said: { ...person(at + 48 * hour), email: leaverEmail } }],
    },
    {
      name: 'the person under a tagged address of another provider',
      rule: 'first-signature',
      signings: [
        {
          at: at + 51 * hour,
          said: {
            ...person(at + 51 * hour, { issuer: 'https://idp.evil.example' }),
            email: 'jane+ci@acme.example',
          },
        },
      ],
    },
    {
      name: 'a certificate that nobody used',
      rule: 'certificate-not-used',
      signings: [{ ...built({ ...tag, ref: 'refs/tags/v2.0.1' }, at + 54 * hour, 7), unused: true }],
    },
    {
      name: 'a forged chain',
      rule: 'untrusted-certificate',
      signings: [{ ...built(tag, at + 30 * hour, 2), forged: true }],
    },
    {
      name: 'a sleeping repository',
      rule: 'dormant',
      signings: [built({ ...quiet, ref: 'refs/tags/v1.0.1' }, at + 33 * hour, 3)],
    },
    {
      name: 'a new repository of the person',
      rule: 'first-repository',
      signings: [
        {
          at: at + 36 * hour,
          said: person(at + 36 * hour, { sourceRepositoryUri: 'https://github.com/evil/app' }),
        },
      ],
    },
    {
      name: 'the person at another login provider',
      rule: 'first-issuer',
      signings: [
        {
          at: at + 39 * hour,
          said: { ...person(at + 39 * hour), claims: { issuer: 'https://idp.evil.example' } },
        },
      ],
    },
  ];
}

/** One of the files that the application released long ago. */
export const ownFile = 'acme-app-1.0.0.tar.gz';

/** Somebody else's, told in the weekly digest alone. */
export const otherLookAlike = (at: number): Signing =>
  built({ ...application, repository: 'acme/a-p-p', ref: 'refs/tags/v9' }, at, 8);

const withCurve = (signing: Signing, curve: 'P-384'): Signing => ({
  ...signing,
  said: { ...signing.said, curve },
});

export const leaverEmail = 'leaver@acme.example';
export const personEmail = 'jane@acme.example';
export function person(at: number, claims: object = {}): Said {
  return {
    email: personEmail,
    notBefore: new Date(at),
    claims: { issuer: 'https://accounts.google.com', ...claims },
  };
}
