// Who writes to the Rekor v1 API: sigstore's own client, checked by its verifier; envelopes; and who looks things up.
import 'reflect-metadata';
import { createHash, createPublicKey, KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import protobuf from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder, MessageSignatureBundleBuilder, RekorWitness, type Signer } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { LogProcess, makeSigner } from './log-process.ts';
import { base64, checkEntryV1, pem, pemOf, proposed, RekorV1Client, signer } from './rekor-v1-client.ts';

const database = await freshDatabase();
const log = await LogProcess.create(database.url);
const client = new RekorV1Client(log);
let spki: Uint8Array;

beforeAll(async () => {
  await log.start();
  spki = (await log.identity('rekor-v1')).spki;
});
afterAll(() => log.remove());

describe("sigstore's own client", () => {
  const keySigner: Signer = {
    sign: async (data) => ({
      signature: sign('sha256', data, signer.privateKey),
      key: { $case: 'publicKey', publicKey: pem },
    }),
  };
  const trust = () => {
    const rawBytes = base64(spki);
    const keyId = createHash('sha256').update(spki).digest('base64');
    const publicKey = {
      rawBytes,
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    };
    const tlogs = [{ baseUrl: log.url, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId } }];
    const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
    const key = { publicKey: createPublicKey(signer.privateKey), validFor: () => true };
    return toTrustMaterial(protobuf.TrustedRoot.fromJSON({ mediaType, tlogs }), () => key);
  };
  const verifier = () =>
    new Verifier(trust(), { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 1 });

  it.each(['dsse', 'intoto'] as const)(
    'logs an attestation as %s, which its verifier accepts, promise and all',
    async (entryType) => {
      const witness = new RekorWitness({ rekorBaseURL: log.url, majorApiVersion: 1, entryType });
      const builder = new DSSEBundleBuilder({ signer: keySigner, witnesses: [witness] });
      const payload = {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'a', digest: { sha256: 'ab'.repeat(32) } }],
      };
      const bundle = await builder.create({
        data: Buffer.from(JSON.stringify(payload)),
        type: 'application/vnd.in-toto+json',
      });
      expect(bundle.verificationMaterial.tlogEntries[0]?.kindVersion?.kind).toBe(entryType);
      verifier().verify(toSignedEntity(bundle));
      const found = await client.call('/api/v1/index/retrieve', { hash: `sha256:${'ab'.repeat(32)}` });
      expect(((await found.json()) as string[]).length).toBeGreaterThan(0);
    },
  );

  it('logs a message signature, which its verifier accepts for that message alone', async () => {
    const witness = new RekorWitness({ rekorBaseURL: log.url, majorApiVersion: 1 });
    const data = Buffer.from('an artifact');
    const bundle = await new MessageSignatureBundleBuilder({
      signer: keySigner,
      witnesses: [witness],
    }).create({ data });
    verifier().verify(toSignedEntity(bundle, data));
    expect(() => verifier().verify(toSignedEntity(bundle, Buffer.from('another')))).toThrow();
  });
});

describe('an envelope', () => {
  const type = 'application/x';
  const encoded = (payload: string) =>
    Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`);
  const signed = (payload: string, by = signer) => ({
    sig: base64(sign('sha256', encoded(payload), by.privateKey)),
  });
  const dsse = (envelope: object, verifiers: readonly string[]) => ({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope: JSON.stringify(envelope), verifiers: verifiers.map(base64) } },
  });

  it('keeps the hashes of envelope and payload, and its signatures in the order of their spelling', async () => {
    const others = [signer, makeSigner(), makeSigner()];
    const signatures = others.map((by) => signed('payload', by));
    const envelope = { payloadType: type, payload: base64('payload'), signatures };
    const pems = others.map((by) => pemOf(by));
    const { entry } = await client.create(dsse(envelope, [...pems].reverse()));
    checkEntryV1(entry, spki);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(JSON.parse(Buffer.from(entry.body, 'base64').toString())).toEqual({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: sha256(JSON.stringify(envelope)) },
        payloadHash: { algorithm: 'sha256', value: sha256('payload') },
        signatures: signatures
          .map(({ sig }, at) => ({ signature: sig, verifier: base64(pems[at] ?? '') }))
          .sort((a, b) => (a.signature < b.signature ? -1 : 1)),
      },
    });
  });

  const envelope = { payloadType: type, payload: base64('payload'), signatures: [signed('payload')] };
  it.each([
    [
      'E9: eleven verifiers',
      dsse(
        envelope,
        Array.from({ length: 11 }, () => pem),
      ),
    ],
    [
      'E9: eleven signatures',
      dsse({ ...envelope, signatures: Array.from({ length: 11 }, () => signed('payload')) }, [pem]),
    ],
    ['E10: another payload', dsse({ ...envelope, payload: base64('payloae') }, [pem])],
    ['E11: another type that reads the same', dsse({ ...envelope, payloadType: `${type} 7 payload` }, [pem])],
    ['no signature', dsse({ ...envelope, signatures: [] }, [pem])],
    [
      'one signature by nobody named',
      dsse({ ...envelope, signatures: [signed('payload'), signed('payload', makeSigner())] }, [pem]),
    ],
    [
      'an envelope that is not JSON',
      { ...dsse({}, [pem]), spec: { proposedContent: { envelope: '{', verifiers: [base64(pem)] } } },
    ],
  ])('is refused with %s', async (_, body) => {
    expect((await client.call('/api/v1/log/entries', body)).status).toBe(400);
  });
});

describe('POST /api/v1/index/retrieve', () => {
  it('finds every entry acknowledged before it was asked, by hash and by key, and says up to which size', async () => {
    const mine = makeSigner();
    const myPem = pemOf(mine);
    const made = [];
    for (let at = 0; at < 5; at++) made.push(await client.create(proposed(randomBytes(8), mine, myPem)));
    const publicKey = { format: 'x509', content: base64(myPem) };
    expect(await client.find({ publicKey })).toEqual(made.map(({ id }) => id));
    const spelt = { format: 'x509', content: base64(myPem.replaceAll('\n', '\r\n')) };
    expect(await client.find({ publicKey: spelt })).toHaveLength(5);
    const { body } = made[2]?.entry ?? { body: '' };
    const value = (JSON.parse(Buffer.from(body, 'base64').toString()) as ReturnType<typeof proposed>).spec
      .data.hash.value;
    for (const hash of [value, `sha256:${value}`, value.toUpperCase()])
      expect(await client.find({ hash })).toEqual([made[2]?.id]);
    expect(await client.find({ hash: value, publicKey, operator: 'and' })).toEqual([made[2]?.id]);
    expect(await client.find({ hash: value, publicKey, operator: 'or' })).toHaveLength(5);
    expect(await client.find({ hash: '0'.repeat(64), publicKey, operator: 'and' })).toEqual([]);
    const answer = await client.call('/api/v1/index/retrieve', { publicKey });
    const info = (await (await client.call('/api/v1/log')).json()) as { treeSize: number; treeID: string };
    expect(answer.headers.get('x-complete-up-to')).toBe(`${info.treeID}=${info.treeSize}`);
  });

  it('goes on after a kill from where it was', async () => {
    const mine = makeSigner();
    const content = pemOf(mine);
    const { id } = await client.create(proposed(randomBytes(8), mine, content));
    await log.end('SIGKILL');
    await log.start();
    expect(await client.find({ publicKey: { format: 'x509', content: base64(content) } })).toEqual([id]);
  });

  it.each([
    {},
    { hash: 'x' },
    { hash: '%' },
    { subject: '' },
    { publicKey: { format: 'pgp', content: '' } },
    { email: 1 },
  ])('refuses %j', async (query) => {
    expect((await client.call('/api/v1/index/retrieve', query)).status).toBe(400);
  });

  it('finds a signer by each name in the certificate, in any case of letters', async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      keys,
      name: '',
      extensions: [
        new SubjectAlternativeNameExtension([
          { type: 'email', value: 'Alice@Example.com' },
          { type: 'url', value: 'https://ci.example/workflow' },
        ]),
      ],
    });
    const privateKey = KeyObject.from(keys.privateKey);
    const by = { privateKey, spki: Buffer.from(certificate.publicKey.rawData) };
    const { id, entry } = await client.create(
      proposed(randomBytes(8), by, `${certificate.toString('pem')}\n`),
    );
    checkEntryV1(entry, spki);
    expect(await client.find({ email: 'alice@example.com' })).toEqual([id]);
    expect(await client.find({ email: 'ALICE@EXAMPLE.COM' })).toEqual([id]);
    expect(await client.find({ subject: 'https://ci.example/workflow' })).toEqual([id]);
    expect(await client.find({ subject: 'https://ci.example/' })).toEqual([]);
    expect(await client.find({ email: '%@example.com' })).toEqual([]);
  });
});
