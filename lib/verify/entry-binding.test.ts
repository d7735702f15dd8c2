/** Entries that are genuine in every way and about something else. The log in these tests takes whatever it is given. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { readLogEntryJson } from '#lib/bundle/read-bundle.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { requestEntryV1 } from '#lib/sign/request-entry-v1.ts';
import { SignError } from '#lib/sign/sign-error.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { sign } from '#lib/sign/sign.ts';
import type { Send } from '#lib/sign/transport.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { artifactOfBytes } from './artifact.ts';
import { verifyBundle } from './verify-bundle.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const message = utf8('release');
const artifact = artifactOfBytes(message);
const sha256 = artifact.digest('SHA-256') ?? new Uint8Array(0);

function signWith(services: SigningServicesInMemory) {
  return sign({ kind: 'message', bytes: message }, artifact, {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot: readTrustedRoot(services.trustedRoot),
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
}

async function codeOf(services: SigningServicesInMemory, bundle: Bundle): Promise<string> {
  const trustedRoot = readTrustedRoot(services.trustedRoot);
  const verification = await verifyBundle(bundle, artifact, {
    trustedRoot,
    expected: { signer: { kind: 'anyone' } },
  });
  return verification.verdict === 'verified' ? 'verified' : verification.failure.code;
}

function leafOf({ material }: Bundle): Uint8Array {
  if (material.kind !== 'certificate') throw new Error('no certificate');
  return material.leaf;
}

describe('Rekor v1', () => {
  const services = new SigningServicesInMemory({ rekorVersion: 1, ...who });
  let bundle: Bundle;
  let certificate: string;
  beforeAll(async () => {
    ({ bundle } = await signWith(services));
    certificate = toBase64(utf8(toPem('CERTIFICATE', leafOf(bundle))));
  });

  const spec = (change: { value?: string; content?: string; publicKey?: string }) => ({
    data: { hash: { algorithm: 'sha256', value: change.value ?? toHex(sha256) } },
    signature: {
      content: change.content ?? toBase64(bundle.content.signature),
      publicKey: { content: change.publicKey ?? certificate },
    },
  });

  /** The bundle with the entry that the log makes of this. */
  async function withEntry(proposed: object): Promise<Bundle> {
    const send: Send = (request) => services.send({ ...request, body: utf8(JSON.stringify(proposed)) });
    const nothing = { content: bundle.content, digest: sha256 };
    const entry = await requestEntryV1('https://log.test', nothing, leafOf(bundle), send);
    return { ...bundle, entries: [{ ...entry, kind: 'hashedrekord', version: '0.0.1' }] };
  }

  const proposed = (change: Parameters<typeof spec>[0], apiVersion = '0.0.1') => ({
    apiVersion,
    kind: 'hashedrekord',
    spec: spec(change),
  });

  it('the same once more is as good', async () => {
    expect(await codeOf(services, await withEntry(proposed({})))).toBe('verified');
  });

  it.each<[string, () => object, string]>([
    ['another digest', () => proposed({ value: '00'.repeat(32) }), 'entry-of-another-signature'],
    ['another signature', () => proposed({ content: 'AAAA' }), 'entry-of-another-signature'],
    // A key can be made for which a given signature is good: without its key an entry binds nothing.
    [
      'another key',
      () => proposed({ publicKey: toBase64(utf8(toPem('PUBLIC KEY', ephemeralKey().spki))) }),
      'entry-of-another-signature',
    ],
    ['another version of the kind', () => proposed({}, '0.0.9'), 'entry-malformed'],
    ['a field nobody knows', () => ({ ...proposed({}), extra: 1 }), 'entry-malformed'],
  ])('%s', async (_, make, code) => {
    const { kind, apiVersion, spec: inner, ...more } = make() as Record<string, object>;
    expect(await codeOf(services, await withEntry({ apiVersion, kind, spec: { ...inner, ...more } }))).toBe(
      code,
    );
  });
});

describe('Rekor v2', () => {
  const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });
  let bundle: Bundle;
  beforeAll(async () => ({ bundle } = await signWith(services)));

  async function withEntry(change: {
    digest?: string;
    content?: string;
    rawBytes?: string;
    keyDetails?: string;
  }) {
    const { digest = toBase64(sha256), content = toBase64(bundle.content.signature) } = change;
    const { rawBytes = toBase64(leafOf(bundle)), keyDetails = 'PKIX_ECDSA_P256_SHA_256' } = change;
    const request = {
      hashedRekordRequestV002: {
        digest,
        signature: { content, verifier: { x509Certificate: { rawBytes }, keyDetails } },
      },
    };
    const url = 'https://log.test/api/v2/log/entries';
    const { body } = await services.send({
      method: 'POST',
      url,
      headers: {},
      body: utf8(JSON.stringify(request)),
    });
    const entry = readLogEntryJson(JSON.parse(new TextDecoder().decode(body)));
    return codeOf(services, { ...bundle, entries: [entry] });
  }

  it('another digest, signature, key, or name of the algorithm', async () => {
    expect(await withEntry({})).toBe('verified');
    const other = 'entry-of-another-signature';
    expect(await withEntry({ digest: toBase64(new Uint8Array(32)) })).toBe(other);
    expect(await withEntry({ content: 'AAAA' })).toBe(other);
    expect(await withEntry({ rawBytes: 'AAAA' })).toBe(other);
    expect(await withEntry({ keyDetails: 'PKIX_ECDSA_P384_SHA_384' })).toBe(other);
  });
});

it.each([
  [1, 'evil.test - 1'],
  [1, 'log.test - 1x'],
  [1, 'log.test.evil - 1'],
  [2, 'evil.test'],
] as const)(
  'a checkpoint signed with the key of Rekor v%i that calls itself %s',
  async (rekorVersion, origin) => {
    const services = new SigningServicesInMemory({ rekorVersion, ...who, origin });
    const refused = signWith(services);
    await expect(refused).rejects.toThrow(SignError);
    await expect(refused).rejects.toThrow(/checkpoint-of-another-tree/);
  },
);
