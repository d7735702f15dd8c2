/**
 * The authority beside the real log process: certificates logged for good, timestamps, and the trust files; judged by
 * sigstore's own client packages, which know nothing but those files.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig, TSAWitness } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { verifyTimestamp } from '#lib/timestamp/verify-timestamp.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { LogProcess } from './log-process.ts';

const { ClientTrustConfig } = protobuf;
const email = 'ada@example.com';
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-ca-log-'));
let issuer: TestIssuer;
let database: TestDatabase;
let log: LogProcess;
let ca: TestCa;
let issuers: object;

beforeAll(async () => {
  [issuer, database] = [await startTestIssuer(), await freshDatabase()];
  issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  // Each side needs the other's address; the log asks for roots when the first certificate comes.
  const [caPort = 0] = await freePorts(1);
  log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
});
afterAll(async () => {
  await ca.close();
  await log.end('SIGTERM');
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

const getJson = async (path: string): Promise<unknown> => (await fetch(`${ca.url}${path}`)).json();
const size = async (): Promise<number> =>
  ((await (await fetch(`${log.url}/ct/v1/get-sth`)).json()) as { tree_size: number }).tree_size;

async function signAndVerify(): Promise<void> {
  const trust = ClientTrustConfig.fromJSON(await getJson('/client_trust_config.json'));
  if (trust.signingConfig === undefined || trust.trustedRoot === undefined)
    throw new Error('half a trust file');
  const data = Buffer.from(`made at ${Date.now()}`);
  const builder = bundleBuilderFromSigningConfig({
    signingConfig: trust.signingConfig,
    identityProvider: { getToken: () => issuer.token({ email, email_verified: true }) },
    bundleType: 'messageSignature',
  });
  const bundle = await builder.create({ data });
  const thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };
  const verifier = new Verifier(toTrustMaterial(trust.trustedRoot), thresholds);
  const policy = { subjectAlternativeName: email, extensions: { issuer: issuer.url } };
  expect(verifier.verify(toSignedEntity(bundle, data), policy).identity?.subjectAlternativeName).toBe(email);
}

describe('beside the real log', () => {
  it('a bundle made with the trust files alone verifies: certificate, SCT, entry and timestamp', async () => {
    const before = await size();
    await signAndVerify();
    await eventually(async () => expect(await size()).toBe(before + 1));
  });

  it('the trust root reads with our own reader, and the log keys belong to their ids', async () => {
    const trust = readTrustedRoot(await getJson('/trusted_root.json'));
    // Version 2 first, whose id is that of its note key; version 1 has the hash of its key.
    expect(trust.tlogs.map(({ logIdForm }) => logIdForm)).toEqual(['note-key', 'spki']);
    expect(trust.tlogs[0]?.origin).toBe('localhost');
    expect(trust.ctlogs.map(({ logIdForm }) => logIdForm)).toEqual(['spki']);
    expect(trust.certificateAuthorities[0]?.chain).toHaveLength(2);
    const text = JSON.stringify(await getJson('/trusted_root.json'));
    expect(text).not.toMatch(/checkpointKeyId|operator/);
  });

  it('sigstore’s client gets a timestamp our own verifier accepts under the trust root', async () => {
    const trust = readTrustedRoot(await getJson('/trusted_root.json'));
    const signature = Buffer.from('a signature');
    const material = await new TSAWitness({ tsaBaseURL: ca.url }).testify({
      $case: 'messageSignature',
      messageSignature: { messageDigest: { algorithm: 1, digest: Buffer.alloc(32) }, signature },
    });
    const response = material.rfc3161Timestamps?.[0]?.signedTimestamp ?? Buffer.alloc(0);
    const token = readTimestampResponse(new Uint8Array(response));
    const at = await verifyTimestamp(token, signature, trust.timestampAuthorities[0]?.chain ?? []);
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('a restart without the log remembers the logs, and keeps its keys', async () => {
    const before = await getJson('/trusted_root.json');
    await ca.close();
    ca = await startTestCa({ database, logUrl: 'http://127.0.0.1:9', issuers, dataDir: folder });
    const after = (await getJson('/trusted_root.json')) as object;
    const withoutAddress = (root: unknown): string =>
      JSON.stringify(root).replaceAll(/http:\/\/localhost:\d+\/api|"uri":"[^"]*"/g, '');
    expect(withoutAddress(after)).toBe(withoutAddress(before));
  });
});

describe('the timestamp endpoint', () => {
  const post = (type: string | undefined, body: string): Promise<Response> =>
    fetch(`${ca.url}/api/v1/timestamp`, {
      method: 'POST',
      body: Buffer.from(body),
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });

  it.each([
    ['D10 a form that mentions JSON', 'multipart/form-data; boundary=application/json', '{}', 415],
    ['D11 no type', undefined, '{}', 415],
    ['text', 'text/plain', '{}', 415],
    ['D4 too much JSON', 'application/json', `{"a":"${'x'.repeat(2000)}"}`, 400],
    ['no DER', 'application/timestamp-query', 'hello', 400],
    ['nothing', 'application/timestamp-query', '', 400],
    ['two megabytes', 'application/timestamp-query', 'x'.repeat(2_000_000), 413],
  ])('%s', async (_, type, body, status) => {
    const answer = await post(type, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code: status });
  });

  it('takes a type with parameters, and shows its chain leaf first', async () => {
    const artifactHash = Buffer.alloc(32).toString('base64');
    const body = JSON.stringify({ artifactHash, hashAlgorithm: 'sha256' });
    const answer = await post('application/json; charset=utf-8', body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/timestamp-reply']);
    const chain = await (await fetch(`${ca.url}/api/v1/timestamp/certchain`)).text();
    expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});
