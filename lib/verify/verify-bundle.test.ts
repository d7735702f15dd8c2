import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle, BundleEntry } from '#lib/bundle/bundle.ts';
import { inTotoPayloadType } from '#lib/bundle/statement.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { sign } from '#lib/sign/sign.ts';
import type { ToSign } from '#lib/sign/signed-content.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTrustedRoot, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { artifactOfBytes, artifactOfDigests, type Artifact } from './artifact.ts';
import { verifyBundle } from './verify-bundle.ts';
import type { Expectation } from './verify-identity.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const artifact = artifactOfBytes(utf8('release'));
const sha256 = artifact.digest('SHA-256') ?? new Uint8Array(0);
const signedAt = new Date('2026-05-01T12:00:00Z');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app', digest: { sha256: toHex(sha256) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};
const plain: ToSign = { kind: 'message', bytes: utf8('release') };
const attested: ToSign = {
  kind: 'envelope',
  payloadType: inTotoPayloadType,
  payload: utf8(JSON.stringify(statement)),
};

interface Made {
  readonly bundle: Bundle;
  readonly trustedRoot: TrustedRoot;
  readonly services: SigningServicesInMemory;
}

async function make(rekorVersion: 1 | 2, toSign: ToSign, services = servicesOf(rekorVersion)): Promise<Made> {
  const trustedRoot = readTrustedRoot(services.trustedRoot);
  const { bundle } = await sign(toSign, artifact, {
    services: selectServices(services.signingConfig, signedAt),
    trustedRoot,
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  return { bundle, trustedRoot, services };
}

const servicesOf = (rekorVersion: 1 | 2) =>
  new SigningServicesInMemory({ rekorVersion, ...who, now: () => signedAt });

const ada = {
  kind: 'identity',
  identity: { kind: 'exact', text: who.identity },
  issuer: { kind: 'exact', text: who.issuer },
} as const;

async function outcome(
  { bundle, trustedRoot }: Pick<Made, 'bundle' | 'trustedRoot'>,
  {
    artifact: given = artifact,
    expected = { signer: ada },
  }: { artifact?: Artifact; expected?: Expectation } = {},
  more: { acceptPromiseAlone?: boolean } = {},
): Promise<string> {
  const verification = await verifyBundle(bundle, given, { trustedRoot, expected, ...more });
  return verification.verdict === 'verified' ? 'verified' : verification.failure.code;
}

let v1: Made;
let v2: Made;
let attestation: Made;
beforeAll(async () => {
  [v1, v2, attestation] = await Promise.all([make(1, plain), make(2, plain), make(2, attested)]);
});

const withEntry = (made: Made, change: (entry: BundleEntry) => Partial<BundleEntry>): Made => ({
  ...made,
  bundle: { ...made.bundle, entries: made.bundle.entries.map((entry) => ({ ...entry, ...change(entry) })) },
});

describe('an option is never ignored', () => {
  const signer = (more: object) => ({ expected: { signer: { ...ada, ...more } } });

  it.each<[string, Expectation['signer'], string]>([
    ['identity', { ...ada, identity: { kind: 'exact', text: 'ada@example.org' } }, 'identity-mismatch'],
    [
      'identity in another case',
      { ...ada, identity: { kind: 'exact', text: 'Ada@example.com' } },
      'identity-mismatch',
    ],
    [
      'identity as if it were a pattern',
      { ...ada, identity: { kind: 'exact', text: '.*' } },
      'identity-mismatch',
    ],
    ['domain', { ...ada, identity: { kind: 'email-domain', domain: 'example.org' } }, 'identity-mismatch'],
    ['glob', { ...ada, identity: { kind: 'glob', glob: 'bob@*' } }, 'identity-mismatch'],
    ['issuer', { ...ada, issuer: { kind: 'exact', text: 'https://login.example.com/' } }, 'issuer-mismatch'],
    ['claim', { ...ada, claims: { buildTrigger: { kind: 'exact', text: 'push' } } }, 'claim-mismatch'],
    ['claim, wrong', { ...ada, claims: { issuer: { kind: 'exact', text: 'x' } } }, 'claim-mismatch'],
    ['key', { kind: 'key', key: ephemeralKey().spki }, 'signer-kind-mismatch'],
  ])('%s', async (_, asked, code) => {
    expect(await outcome(v2, { expected: { signer: asked } })).toBe(code);
  });

  it('predicate types', async () => {
    const types = (...predicateTypes: string[]) => ({ expected: { signer: ada, predicateTypes } });
    expect(await outcome(attestation, types('https://slsa.dev/provenance/v1'))).toBe('verified');
    expect(await outcome(attestation, types('https://spdx.dev/Document'))).toBe('predicate-type-mismatch');
    expect(await outcome(v2, types('https://slsa.dev/provenance/v1'))).toBe('predicate-type-mismatch');
  });

  it('patterns and claims that fit', async () => {
    expect(await outcome(v2, signer({ identity: { kind: 'email-domain', domain: 'EXAMPLE.com' } }))).toBe(
      'verified',
    );
    expect(await outcome(v2, signer({ claims: { issuer: { kind: 'exact', text: who.issuer } } }))).toBe(
      'verified',
    );
    expect(await outcome(v2, { expected: { signer: { kind: 'anyone' } } })).toBe('verified');
  });

  it('a promise alone is accepted only when asked for, and only when it holds', async () => {
    const alone = withEntry(v1, () => ({ inclusionProof: undefined }));
    expect(await outcome(alone)).toBe('inclusion-proof-missing');
    expect(await outcome(alone, {}, { acceptPromiseAlone: true })).toBe('verified');
    const forged = withEntry(alone, () => ({ integratedTime: BigInt(signedAt.getTime() / 1000) + 1n }));
    expect(await outcome(forged, {}, { acceptPromiseAlone: true })).toBe('promise-invalid');
    const v2Alone = withEntry(v2, () => ({ inclusionProof: undefined }));
    expect(await outcome(v2Alone, {}, { acceptPromiseAlone: true })).toBe('inclusion-proof-missing');
  });
});

describe('refused, each for its reason', () => {
  it('another artifact, by bytes and by digest', async () => {
    expect(await outcome(v2, { artifact: artifactOfBytes(utf8('other')) })).toBe('artifact-mismatch');
    const digest = artifactOfDigests({ 'SHA-256': new Uint8Array(32) });
    expect(await outcome(v2, { artifact: digest })).toBe('artifact-mismatch');
    expect(await outcome(attestation, { artifact: digest })).toBe('artifact-mismatch');
    expect(await outcome(v2, { artifact: artifactOfDigests({ 'SHA-256': sha256 }) })).toBe('verified');
    expect(await outcome(v2, { artifact: artifactOfDigests({}) })).not.toBe('verified');
  });

  it('an entry twice, or none, or in a log that is not trusted, or not for that time', async () => {
    const [entry] = v2.bundle.entries;
    if (entry === undefined) throw new Error('no entry');
    expect(await outcome({ ...v2, bundle: { ...v2.bundle, entries: [entry, entry] } })).toBe(
      'entry-repeated',
    );
    expect(await outcome({ ...v2, bundle: { ...v2.bundle, entries: [] } })).toBe('entry-missing');
    expect(await outcome({ ...v2, trustedRoot: { ...v2.trustedRoot, tlogs: [] } })).toBe('log-untrusted');
    const until = (end: Date) => ({
      ...v2.trustedRoot,
      tlogs: v2.trustedRoot.tlogs.map((log) => ({ ...log, validFor: { ...log.validFor, end } })),
    });
    expect(await outcome({ ...v2, trustedRoot: until(signedAt) })).toBe('verified');
    const before = new Date(signedAt.getTime() - 1000);
    expect(await outcome({ ...v2, trustedRoot: until(before) })).toBe('log-outside-validity');
  });

  it('the entry of another signature by the same person for the same artifact', async () => {
    const other = await make(2, plain, v2.services);
    const swapped = { ...v2.bundle, entries: other.bundle.entries };
    expect(await outcome({ ...v2, bundle: swapped })).toBe('entry-of-another-signature');
    const stamped = { ...v2.bundle, timestamps: other.bundle.timestamps };
    expect(await outcome({ ...v2, bundle: stamped })).toBe('timestamp-of-another-signature');
    const certified = { ...v2.bundle, material: other.bundle.material };
    expect(await outcome({ ...v2, bundle: certified })).toBe('entry-of-another-signature');
  });

  it('nobody trusted for the certificate, for its being seen, or for the time', async () => {
    const without = (part: keyof TrustedRoot) => ({ ...v2, trustedRoot: { ...v2.trustedRoot, [part]: [] } });
    expect(await outcome(without('certificateAuthorities'))).toBe('certificate-untrusted');
    expect(await outcome(without('ctlogs'))).toBe('sct-untrusted');
    expect(await outcome(without('timestampAuthorities'))).toBe('timestamp-untrusted');
    expect(await outcome({ ...v2, bundle: { ...v2.bundle, timestamps: [] } })).toBe('timestamp-missing');
  });

  it('a bundle of another instance: it is said that log and authority are not of this trusted root', async () => {
    const both = { ...v1.bundle, timestamps: v2.bundle.timestamps };
    const promised = { ...v1.bundle, timestamps: [] };
    const stamped = { ...v2.bundle };
    const nobody = { ...v1.trustedRoot, tlogs: [], timestampAuthorities: [] };
    const said = async (bundle: Bundle) => {
      const verification = await verifyBundle(bundle, artifact, {
        trustedRoot: nobody,
        expected: { signer: ada },
      });
      return verification.verdict === 'refused' ? verification.failure : undefined;
    };
    const code = 'timestamp-untrusted';
    expect(await said(both)).toMatchObject({
      code,
      reason:
        'neither the log nor the timestamp authority that say when it was signed are of this trusted root',
    });
    expect(await said(promised)).toMatchObject({
      code,
      reason: 'the log that says when it was signed is not of this trusted root',
    });
    expect(await said(stamped)).toMatchObject({
      code,
      reason: 'no timestamp is by an authority of this trusted root',
    });
  });

  it.each([
    ['certificateAuthorities', 'certificate-authority-outside-validity'],
    ['timestampAuthorities', 'timestamp-outside-authority-validity'],
    ['ctlogs', 'sct-invalid'],
    ['tlogs', 'log-outside-validity'],
  ] as const)(
    '%s trusted before or after, not then; the ends of the period count as then',
    async (part, code) => {
      const during = (start: Date, end: Date) => {
        const listed = v2.trustedRoot[part].map((one) => ({ ...one, validFor: { start, end } }));
        return outcome({ ...v2, trustedRoot: { ...v2.trustedRoot, [part]: listed } });
      };
      const [early, late] = [new Date('2020-01-01T00:00:00Z'), new Date('2039-01-01T00:00:00Z')];
      const at = (difference: number) => new Date(signedAt.getTime() + difference);
      expect(await during(early, at(-1))).toBe(code);
      expect(await during(at(1), late)).toBe(code);
      expect(await during(at(0), at(0))).toBe('verified');
    },
  );

  it('a log whose key is another one under the same id', async () => {
    const swap = (made: Made, part: 'ctlogs' | 'tlogs') => {
      const key = made.trustedRoot[part === 'ctlogs' ? 'tlogs' : 'ctlogs'][0]?.publicKey ?? new Uint8Array(0);
      const listed = made.trustedRoot[part].map((log) => ({ ...log, publicKey: key }));
      return outcome({ ...made, trustedRoot: { ...made.trustedRoot, [part]: listed } });
    };
    expect(await swap(v1, 'ctlogs')).toBe('sct-invalid');
    expect(await swap(v2, 'tlogs')).toBe('checkpoint-signature-invalid');
    expect(await swap(v1, 'tlogs')).toBe('promise-invalid');
  });

  it('a checkpoint of the same log that is about another tree, or another origin', async () => {
    const other = await make(2, plain, v2.services);
    const later = other.bundle.entries[0]?.inclusionProof?.checkpoint;
    const moved = withEntry(v2, ({ inclusionProof }) => ({
      inclusionProof: inclusionProof && { ...inclusionProof, checkpoint: later },
    }));
    expect(await outcome(moved)).toBe('checkpoint-of-another-tree');
    const renumbered = withEntry(v2, ({ logIndex }) => ({ logIndex: logIndex + 1n }));
    expect(await outcome(renumbered)).toBe('inclusion-proof-invalid');
  });

  it('a time of a stranger beside one of an authority is passed over, a bad one of an authority is not', async () => {
    const stranger = await make(2, plain);
    const [theirs, own] = [stranger.bundle.timestamps, v2.bundle.timestamps];
    const both = { ...v2.bundle, timestamps: [...theirs, ...own] };
    expect(await outcome({ ...v2, bundle: both })).toBe('verified');
    const late = await make(2, plain, v2.services);
    const mixed = { ...v2.bundle, timestamps: [...own, ...late.bundle.timestamps] };
    expect(await outcome({ ...v2, bundle: mixed })).toBe('timestamp-of-another-signature');
  });

  it('a Rekor v1 entry whose time nobody stands by', async () => {
    const unpromised = withEntry(v1, () => ({ inclusionPromise: undefined }));
    expect(await outcome(unpromised)).toBe('timestamp-missing');
  });
});

it('two timestamps of one authority are the word of one', async () => {
  const { bundle, trustedRoot } = v2;
  const twice = { ...bundle, timestamps: [...bundle.timestamps, ...bundle.timestamps] };
  const verification = await verifyBundle(twice, artifact, { trustedRoot, expected: { signer: ada } });
  expect(verification.verdict === 'verified' && verification.signature.times).toHaveLength(1);
});

it('says all that is wrong, and names every step', async () => {
  const { bundle, trustedRoot } = v2;
  const nobody = { ...trustedRoot, tlogs: [], ctlogs: [] };
  const { steps } = await verifyBundle(bundle, artifactOfBytes(utf8('x')), {
    trustedRoot: nobody,
    expected: { signer: ada },
  });
  expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'timestamps passed',
    'certificate failed',
    'log failed',
    'signature failed',
    'identity skipped',
  ]);
});
