/**
 * The mixes that are hardest to tell: two bundles of one person, from one authority, in one log, both good. Every choice
 * of parts from the one and the other is refused, but for the two that are whole (CVE-2026-22703 was such a mix).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { inTotoPayloadType, statementType } from '#lib/bundle/statement.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import type { ToSign } from '#lib/sign/signed-content.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { sign } from '#lib/sign/sign.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes, type Artifact } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';

interface Signed {
  readonly bundle: Bundle;
  readonly artifact: Artifact;
}

const [first, second] = [artifactOfBytes(utf8('release 1')), artifactOfBytes(utf8('release 2'))];
const blob = (text: string): ToSign => ({ kind: 'message', bytes: utf8(text) });

function attestation(about: Artifact, predicateType: string): ToSign {
  const digest = { sha256: toHex(about.digest('SHA-256') ?? new Uint8Array(0)) };
  const statement = { _type: statementType, subject: [{ name: 'a', digest }], predicateType, predicate: {} };
  return { kind: 'envelope', payloadType: inTotoPayloadType, payload: utf8(JSON.stringify(statement)) };
}

const provenance = attestation(first, 'https://slsa.dev/provenance/v1');
const pairs: [string, ToSign, Artifact, ToSign, Artifact][] = [
  ['two files', blob('release 1'), first, blob('release 2'), second],
  ['one file twice', blob('release 1'), first, blob('release 1'), first],
  ['a file and an attestation of it', blob('release 1'), first, provenance, first],
  ['two attestations', provenance, first, attestation(first, 'https://spdx.dev/Document'), first],
  [
    'attestations of two files',
    provenance,
    first,
    attestation(second, 'https://slsa.dev/provenance/v1'),
    second,
  ],
];

describe.each([1, 2] as const)('Rekor v%i', (rekorVersion) => {
  const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
  let services: SigningServicesInMemory;
  beforeAll(() => void (services = new SigningServicesInMemory({ rekorVersion, ...who, strangers: 5 })));

  async function signed(toSign: ToSign, artifact: Artifact): Promise<Signed> {
    const { bundle } = await sign(toSign, artifact, {
      services: selectServices(services.signingConfig, new Date()),
      trustedRoot: readTrustedRoot(services.trustedRoot),
      token: readIdToken(services.idToken),
      send: services.send,
      key: ephemeralKey(),
    });
    return { bundle, artifact };
  }

  async function verdict({ bundle, artifact }: Signed): Promise<string> {
    const trustedRoot = readTrustedRoot(services.trustedRoot);
    const expected = { signer: { kind: 'anyone' } } as const;
    return (await verifyBundle(bundle, artifact, { trustedRoot, expected })).verdict;
  }

  it.each(pairs)('%s', async (_, toSign, artifact, otherToSign, otherArtifact) => {
    const [one, other] = [await signed(toSign, artifact), await signed(otherToSign, otherArtifact)];
    expect([await verdict(one), await verdict(other)]).toEqual(['verified', 'verified']);
    const accepted = [];
    for (const choice of choices(parts.length)) {
      const mixed = mix(one, other, choice);
      if ((await verdict(mixed)) === 'verified') accepted.push(...meaningOf(mixed, one, other, choice));
    }
    expect(accepted).toEqual([]);
  });
});

const parts = ['leaf', 'timestamps', 'place', 'body', 'proof', 'content', 'artifact'] as const;

/** Every way to take each part from one (false) or the other (true). */
function choices(count: number): boolean[][] {
  return Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_part, at) => ((bits >> at) & 1) === 1),
  );
}

function mix(one: Signed, other: Signed, choice: readonly boolean[]): Signed {
  const from = (part: (typeof parts)[number]) => (choice[parts.indexOf(part)] === true ? other : one);
  const entryOf = ({ bundle }: Signed) => {
    const [entry] = bundle.entries;
    if (entry === undefined) throw new Error('a bundle without entry');
    return entry;
  };
  const [place, body, proof] = [entryOf(from('place')), entryOf(from('body')), entryOf(from('proof'))];
  return {
    artifact: from('artifact').artifact,
    bundle: {
      ...one.bundle,
      material: from('leaf').bundle.material,
      timestamps: from('timestamps').bundle.timestamps,
      content: from('content').bundle.content,
      entries: [
        {
          ...place,
          kind: body.kind,
          version: body.version,
          canonicalizedBody: body.canonicalizedBody,
          inclusionProof: proof.inclusionProof,
          inclusionPromise: proof.inclusionPromise,
        },
      ],
    },
  };
}

/** Nothing to say of a mix that is one of the two whole ones, by what stands in it. */
function meaningOf(mixed: Signed, one: Signed, other: Signed, choice: readonly boolean[]): string[] {
  const inWords = ({ bundle, artifact }: Signed) =>
    JSON.stringify([bundle, [...(artifact.digest('SHA-256') ?? [])]], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  if ([one, other].some((whole) => inWords(whole) === inWords(mixed))) return [];
  return [parts.filter((_, at) => choice[at]).join(' + ')];
}
