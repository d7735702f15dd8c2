import { bundleFromJSON } from '@sigstore/bundle';
import protobuf from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { inTotoPayloadType } from '#lib/bundle/statement.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { readIdToken } from './id-token.ts';
import { requestEntryV1 } from './request-entry-v1.ts';
import { SignError } from './sign-error.ts';
import { signContent, type ToSign } from './signed-content.ts';
import { selectServices } from './signing-config.ts';
import { sign } from './sign.ts';
import type { Send } from './transport.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const artifact = artifactOfBytes(utf8('release'));
const message: ToSign = { kind: 'message', bytes: utf8('release') };
const attestation: ToSign = {
  kind: 'envelope',
  payloadType: inTotoPayloadType,
  payload: utf8(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: toHex(artifact.digest('SHA-256') ?? new Uint8Array(0)) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
    }),
  ),
};

function signWith(services: SigningServicesInMemory, toSign: ToSign, send: Send = services.send) {
  return sign(toSign, artifact, {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot: readTrustedRoot(services.trustedRoot),
    token: readIdToken(services.idToken),
    send,
    key: ephemeralKey(),
  });
}

const services = (rekorVersion: 1 | 2) => new SigningServicesInMemory({ rekorVersion, ...who });

function theyAccept(root: object, bundle: Bundle): boolean {
  const trust = toTrustMaterial(protobuf.TrustedRoot.fromJSON(root));
  const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(writeBundle(bundle))), Buffer.from('release'));
  try {
    verifier.verify(entity, {
      subjectAlternativeName: '^ada@example\\.com$',
      extensions: { issuer: who.issuer },
    });
    return true;
  } catch {
    return false;
  }
}

describe('a bundle signed with', () => {
  it.each([
    ['Rekor v1, plain', 1, message, true],
    ['Rekor v1, attestation', 1, attestation, true],
    ['Rekor v2, plain', 2, message, true],
    // @sigstore/verify knows a hashedrekord over the DSSE encoding from 4.1.0 on.
    ['Rekor v2, attestation', 2, attestation, false],
  ] as const)(
    '%s verifies after it was written and read, with us and with @sigstore/verify',
    async (_, version, toSign, theirs) => {
      const here = services(version);
      const { bundle, verification } = await signWith(here, toSign);
      expect(verification.signature).toMatchObject({
        signer: who,
        entries: [{ logUrl: 'https://log.test' }],
      });
      const read = readBundle(writeBundle(bundle));
      expect(read).toEqual(bundle);
      const identity = { kind: 'exact', text: who.identity } as const;
      const issuer = { kind: 'exact', text: who.issuer } as const;
      const { verdict } = await verifyBundle(read, artifact, {
        trustedRoot: readTrustedRoot(here.trustedRoot),
        expected: { signer: { kind: 'identity', identity, issuer } },
      });
      expect(verdict).toBe('verified');
      expect(theyAccept(here.trustedRoot, bundle)).toBe(theirs);
    },
  );

  it('the entry that is there already, when an answer of Rekor v1 was lost', async () => {
    const here = services(1);
    const { bundle } = await signWith(here, message);
    if (bundle.material.kind !== 'certificate') throw new Error('no certificate');
    const content = { content: bundle.content, digest: artifact.digest('SHA-256') ?? new Uint8Array(0) };
    const again = await requestEntryV1('https://log.test', content, bundle.material.leaf, here.send);
    expect(again).toEqual(bundle.entries[0]);
  });
});

describe('nothing comes out of', () => {
  const codeOf = async (work: Promise<unknown>) => {
    try {
      await work;
      return 'signed';
    } catch (error) {
      if (error instanceof SignError) return error.code;
      throw error;
    }
  };
  const answering =
    (here: SigningServicesInMemory, path: string, other: Send): Send =>
    (request) =>
      request.url.includes(path) ? other(request) : here.send(request);

  it('a log that answers with the entry of somebody else', async () => {
    const here = services(2);
    const { bundle } = await signWith(here, message);
    const stale = { status: 201, header: () => undefined };
    const theirs = (JSON.parse(writeBundle(bundle)) as { verificationMaterial: { tlogEntries: object[] } })
      .verificationMaterial.tlogEntries[0];
    const body = utf8(JSON.stringify(theirs));
    const send = answering(here, '/api/v2/log/entries', () => Promise.resolve({ ...stale, body }));
    expect(await codeOf(signWith(here, message, send))).toBe('bundle-does-not-verify');
  });

  it.each([
    ['/api/v2/signingCert', 'authority-refused'],
    ['/api/v2/log/entries', 'log-refused'],
    ['/api/v1/timestamp', 'timestamp-refused'],
  ])('a refusal at %s', async (path, code) => {
    const here = services(2);
    const refusal = { status: 400, body: utf8('{"message":"no"}'), header: () => undefined };
    expect(
      await codeOf(
        signWith(
          here,
          message,
          answering(here, path, () => Promise.resolve(refusal)),
        ),
      ),
    ).toBe(code);
  });

  it.each([
    ['/api/v2/signingCert', 'answer-malformed'],
    ['/api/v2/log/entries', 'answer-malformed'],
    ['/api/v1/timestamp', 'bundle-does-not-verify'],
  ])('nonsense at %s', async (path, code) => {
    const here = services(2);
    const nonsense = { status: 200, body: utf8('{"x":1}'), header: () => undefined };
    expect(
      await codeOf(
        signWith(
          here,
          message,
          answering(here, path, () => Promise.resolve(nonsense)),
        ),
      ),
    ).toBe(code);
  });

  it('a key that goes to anybody: no request holds more of it than its public half', async () => {
    const here = services(2);
    await signWith(here, message);
    const sent = here.requests.map(({ body }) => new TextDecoder().decode(body)).join('\n');
    expect(sent).toContain('BEGIN PUBLIC KEY');
    expect(sent).not.toContain('PRIVATE');
  });

  it('a token whose address nobody verified, or that is none', () => {
    const token = (claims: object) =>
      ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const base = { iss: 'https://i', sub: 's', exp: 1 };
    expect(readIdToken(token({ ...base, email: 'a@b.c', email_verified: true })).subject).toBe('a@b.c');
    expect(readIdToken(token(base)).subject).toBe('s');
    expect(() => readIdToken(token({ ...base, email: 'a@b.c' }))).toThrow(SignError);
    expect(() => readIdToken('.'.repeat(5_000_000))).toThrow(SignError);
  });
});

describe('a signing config', () => {
  const at = new Date('2026-06-01T00:00:00Z');
  const service = (url: string, majorApiVersion: number, start: string, more: object = {}) => ({
    url,
    majorApiVersion,
    operator: 'one',
    validFor: { start },
    ...more,
  });
  const config = (more: object) => ({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service('https://ca.test/', 1, '2020-01-01T00:00:00Z')],
    tsaUrls: [service('https://tsa.test/api/v1/timestamp', 1, '2020-01-01T00:00:00Z')],
    rekorTlogUrls: [service('https://log.test', 2, '2020-01-01T00:00:00Z')],
    ...more,
  });
  const logsOf = (rekorTlogUrls: object[], more: object = {}) =>
    selectServices(config({ rekorTlogUrls, ...more }), at).logs.map(({ url }) => url);

  it('gives the highest version, the newest that is valid now, one of each operator', () => {
    const [old, young] = ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    expect(logsOf([service('https://a', 1, young), service('https://b', 2, old)])).toEqual(['https://b']);
    expect(logsOf([service('https://a', 2, old), service('https://b', 2, young)])).toEqual(['https://b']);
    expect(logsOf([service('https://a', 2, old), service('https://b', 2, '2027-01-01T00:00:00Z')])).toEqual([
      'https://a',
    ]);
    const ended = { validFor: { start: young, end: '2026-05-31T00:00:00Z' } };
    expect(logsOf([service('https://a', 2, old), service('https://b', 2, young, ended)])).toEqual([
      'https://a',
    ]);
    const two = [
      service('https://a', 2, young),
      service('https://b', 2, old),
      service('https://c', 2, old, { operator: 'two' }),
    ];
    expect(logsOf(two, { rekorTlogConfig: { selector: 'ALL' } })).toEqual(['https://a', 'https://c']);
    expect(logsOf(two, { rekorTlogConfig: { selector: 'EXACT', count: 2 } })).toEqual([
      'https://a',
      'https://c',
    ]);
    expect(() => logsOf(two, { rekorTlogConfig: { selector: 'EXACT', count: 3 } })).toThrow(SignError);
  });

  it('without a timestamp authority is not enough for Rekor v2, since nobody would state a time', () => {
    expect(() => selectServices(config({ tsaUrls: [] }), at)).toThrow(/timestamp authority/);
    expect(() => selectServices(config({ rekorTlogUrls: [] }), at)).toThrow(SignError);
    expect(() => selectServices(config({ caUrls: [] }), at)).toThrow(SignError);
  });

  it('keeps the address of the authority without a trailing slash', () => {
    expect(selectServices(config({}), at).authority).toBe('https://ca.test');
  });
});

it('the bytes under a signature of an attestation are its encoding, not its payload', async () => {
  const key = { ...ephemeralKey(), sign: (bytes: Uint8Array) => bytes };
  const { content } = await signContent(
    { kind: 'envelope', payloadType: 'http://example.com/HelloWorld', payload: utf8('hello world') },
    key,
  );
  // The example of the DSSE specification.
  expect(new TextDecoder().decode(content.signature)).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});
