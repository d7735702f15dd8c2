// Who writes to the Rekor v1 API: sigstore's own client, checked by its verifier; envelopes; and who looks things up.
import 'reflect-metadata';
import { createHash, createPublicKey, KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import protobuf from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder, MessageSignatureBundleBuilder, RekorWitness, type Signer } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRekorV1Entry } from '#lib/identity/from-entry.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
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

const keySigner: Signer = {
  sign: async (data) => ({
    signature: sign('sha256', data, signer.privateKey),
    key: { $case: 'publicKey', publicKey: pem },
  }),
};

describe("sigstore's own client", () => {
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

it('serves the statement of an intoto entry with it, across a restart, and only while it is what was signed', async () => {
  const attest = async (size: number) => {
    const subject = [{ name: 'pkg:npm/acme@1', digest: { sha256: 'ab'.repeat(32) } }];
    const payload = Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://example.com/x',
        subject,
        pad: 'x'.repeat(size),
      }),
    );
    const witness = new RekorWitness({ rekorBaseURL: log.url, majorApiVersion: 1, entryType: 'intoto' });
    const bundle = await new DSSEBundleBuilder({ signer: keySigner, witnesses: [witness] }).create({
      data: payload,
      type: 'application/vnd.in-toto+json',
    });
    return { payload, index: Number(bundle.verificationMaterial.tlogEntries[0]?.logIndex) };
  };
  const served = async (index: number) => {
    const answer = await client.call('/api/v1/log/entries/retrieve', { logIndexes: [index] });
    const [entries = {}] = (await answer.json()) as Record<string, Served>[];
    const [{ body, attestation } = { body: '' }] = Object.values(entries);
    return { body: Buffer.from(body, 'base64'), statement: Buffer.from(attestation?.data ?? '', 'base64') };
  };
  const { payload, index } = await attest(10);
  const large = await attest(100 * 1024);
  await log.end('SIGTERM');
  await log.start();
  const { body, statement } = await served(index);
  expect(statement).toEqual(payload);
  const envelopeHash = JSON.parse(body.toString()).spec.content.hash.value;
  expect(readRekorV1Entry(body, statement)).toHaveProperty('identities', [
    { kind: 'package', value: 'package:pkg:npm/acme@1' },
    { kind: 'package', value: 'package:pkg:npm/acme' },
    { kind: 'artifact', value: `sha256:${'ab'.repeat(32)}` },
    // Of the envelope it came in, which the entry states and the statement does not.
    { kind: 'artifact', value: `sha256:${envelopeHash}` },
  ]);
  expect((await served(large.index)).statement).toHaveLength(0);
  await expectTold(async () => (await attest(11)).index);
  const hash = createHash('sha256').update(payload).digest('hex');
  writeFileSync(join(log.dataDir, 'log', 'attestations', hash), payload.subarray(1));
  expect((await served(index)).statement).toHaveLength(0);
});

/** By a monitor that follows this log as it would a stranger's: whoever watches the package, of what is attested next. */
async function expectTold(attest: () => Promise<number>): Promise<void> {
  const monitored = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-package-'));
  const logsFile = join(folder, 'logs.json');
  const listing = { kind: 'rekor-v1', url: log.url, publicKey: base64(spki), name: 'Ours' };
  writeFileSync(logsFile, JSON.stringify({ logs: [listing] }));
  const trust = await serveTrust(trustRoot([], []));
  await confirmedWatch(monitored, 'package:pkg:npm/acme', 'a@example.com', 'package');
  const monitor = await runMonitor(monitored, { trustUrl: trust.url, logsFile });
  try {
    await eventually(async () =>
      expect(await monitored.sql`SELECT 1 FROM monitor_log WHERE verified_size >= 2`).toHaveLength(1),
    );
    const index = await attest();
    await eventually(async () => {
      const told = await monitored.sql`SELECT entry_index::int AS at FROM alert_alert ORDER BY entry_index`;
      expect(told).toEqual([{ at: index }]);
    }, 20_000);
  } finally {
    await monitor.stop();
    await trust.close();
    rmSync(folder, { recursive: true });
  }
}

interface Served {
  readonly body: string;
  readonly attestation?: { readonly data: string };
}

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
