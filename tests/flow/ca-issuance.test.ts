/** Arrow 2, from outside: a stranger's client gets a certificate, and every verifier at hand accepts it. */
import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { FulcioSigner } from '@sigstore/sign';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose, subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { isPrecertificate, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { embeddedScts, signedEntryBytes } from '#lib/x509/sct.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startFailingCtLog, type FailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';

let issuer: TestIssuer;
let ct: FailingCtLog;
let ca: TestCa;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sigwatch-issuance-'));
  issuer = await startTestIssuer();
  ct = await startFailingCtLog();
  const issuers = {
    OIDCIssuers: { [issuer.url]: { IssuerURL: issuer.url, ClientID: 'sigstore', Type: 'email' } },
  };
  ca = await startTestCa({ database: await freshDatabase(), logUrl: ct.url, issuers });
});
afterAll(async () => {
  await ca.close();
  await Promise.all([ct.close(), issuer.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const email = 'ada@example.com';
const tokenFor = (address: string): Promise<string> => issuer.token({ email: address, email_verified: true });

async function issueWithClient(): Promise<{ leaf: Certificate; above: Certificate[] }> {
  const signer = new FulcioSigner({
    fulcioBaseURL: ca.url,
    identityProvider: { getToken: () => tokenFor(email) },
  });
  const { key } = await signer.sign(Buffer.from('data'));
  if (key.$case !== 'x509Certificate') throw new Error('no certificate');
  const [leaf] = fromPem(key.certificate) ?? [];
  const bundle = (await (await fetch(`${ca.url}/api/v2/trustBundle`)).json()) as {
    chains: { certificates: string[] }[];
  };
  const above = (bundle.chains[0]?.certificates ?? []).map((pem) => certificateOf(pem));
  return { leaf: readCertificate(leaf?.bytes ?? new Uint8Array()), above };
}

function certificateOf(pem: string): Certificate {
  return readCertificate(fromPem(pem)?.[0]?.bytes ?? new Uint8Array());
}

describe('a certificate', () => {
  it('issued to sigstore’s own client says who its holder is, by the word of whom', async () => {
    const { leaf } = await issueWithClient();
    expect(subjectAltNames(leaf)).toEqual([{ kind: 'email', value: email }]);
    expect(readFulcioClaims(leaf)).toEqual({
      issuerV1: issuer.url,
      issuer: issuer.url,
      tokenSubject: 'somebody',
    });
    expect(leaf.notAfter.getTime() - leaf.notBefore.getTime()).toBe(600_000);
    expect(leaf.subject).toEqual(Uint8Array.of(0x30, 0));
  });

  it('is accepted by openssl, by our chain verifier, and read the same by node and @peculiar/x509', async () => {
    const { leaf, above } = await issueWithClient();
    const [intermediate, root] = above;
    if (intermediate === undefined || root === undefined) throw new Error('no chain');
    writeFileSync(join(folder, 'leaf.pem'), toPem('CERTIFICATE', leaf.encoding));
    writeFileSync(join(folder, 'intermediate.pem'), toPem('CERTIFICATE', intermediate.encoding));
    writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', root.encoding));
    const args = [
      'verify',
      '-x509_strict',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'intermediate.pem',
      'leaf.pem',
    ];
    const openssl = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    expect(openssl.stdout + openssl.stderr).toContain('leaf.pem: OK');
    const path = await verifyChain({
      leaf,
      intermediates: [intermediate],
      roots: [root],
      at: leaf.notBefore,
      purpose: keyPurpose.codeSigning,
      verifySignature: verifyCertificateSignature,
    });
    expect(path).toHaveLength(3);
    const node = new NodeCertificate(Buffer.from(leaf.encoding));
    expect(node.subjectAltName).toBe(`email:${email}`);
    expect(node.serialNumber.toLowerCase()).toBe(toHex(leaf.serial));
    const peculiar = new x509.X509Certificate(Uint8Array.from(leaf.encoding));
    expect(peculiar.extensions.map(({ type, critical }) => [type, critical])).toEqual(
      [...leaf.extensions.values()].map(({ oid, critical }) => [oid, critical]),
    );
    const extensionOrder = [...leaf.extensions.keys()];
    expect(extensionOrder.at(-1)).toBe('1.3.6.1.4.1.11129.2.4.2');
  });

  it('is byte for byte the precertificate that was logged before it, but for poison and SCT', async () => {
    const before = ct.submitted.length;
    const { leaf, above } = await issueWithClient();
    const [pre, ...others] = (ct.submitted[before] ?? []).map(readCertificate);
    if (pre === undefined) throw new Error('nothing was logged');
    expect(ct.submitted).toHaveLength(before + 1);
    expect(others.map(({ encoding }) => encoding)).toEqual(above.map(({ encoding }) => encoding));
    expect(isPrecertificate(pre)).toBe(true);
    expect(isPrecertificate(leaf)).toBe(false);
    expect(tbsWithoutSctAndPoison(leaf)).toEqual(tbsWithoutSctAndPoison(pre));
    const [sct, ...more] = embeddedScts(leaf);
    expect(more).toEqual([]);
    const trusted = readTrustedRoot(await (await fetch(`${ca.url}/trusted_root.json`)).json());
    expect(sct?.logId).toEqual(trusted.ctlogs[0]?.logId);
    const issuerKeyHash = Uint8Array.from(
      createHash('sha256')
        .update(above[0]?.spki ?? '')
        .digest(),
    );
    const entry = { type: 'precertificate', issuerKeyHash, tbs: tbsWithoutSctAndPoison(leaf) } as const;
    expect(signedEntryBytes(sct?.timestamp ?? 0n, entry, new Uint8Array()).length).toBeGreaterThan(100);
  });
});

describe('the older dialect', () => {
  it.each(['pem', 'der'] as const)(
    'answers 201 with the chain as PEM, given a key as %s in base64',
    async (format) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const key = Buffer.from(publicKey.export({ format: format as 'pem', type: 'spki' }));
      const answer = await fetch(`${ca.url}//api/v1/signingCert`, {
        method: 'POST',
        headers: { authorization: `bearer ${await tokenFor(email)}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          publicKey: { content: key.toString('base64'), algorithm: 'ecdsa' },
          signedEmailAddress: sign('sha256', Buffer.from(email), privateKey).toString('base64'),
          certificateSigningRequest: null,
        }),
      });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('content-type')).toBe('application/pem-certificate-chain');
      const chain = fromPem(await answer.text()) ?? [];
      expect(chain).toHaveLength(3);
      const root = fromPem(await (await fetch(`${ca.url}/api/v1/rootCert`)).text()) ?? [];
      expect(root).toEqual(chain.slice(1));
    },
  );
});

describe('a signing request', () => {
  it('gives its key and nothing else: neither the name nor the powers it asks for', async () => {
    x509.cryptoProvider.set(crypto);
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const csr = await x509.Pkcs10CertificateRequestGenerator.create({
      name: 'CN=victim@example.com',
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 3, true),
        new x509.SubjectAlternativeNameExtension([{ type: 'email', value: 'victim@example.com' }]),
      ],
    });
    const answer = await fetch(`${ca.url}/api/v2/signingCert`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenFor(email)}`,
        'content-type': 'application/json',
        accept: 'application/pem-certificate-chain',
      },
      body: JSON.stringify({
        certificateSigningRequest: Buffer.from(csr.toString('pem')).toString('base64'),
      }),
    });
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as {
      signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
    };
    const leaf = certificateOf(body.signedCertificateEmbeddedSct.chain.certificates[0] ?? '');
    expect(subjectAltNames(leaf)).toEqual([{ kind: 'email', value: email }]);
    expect(leaf.extensions.has('2.5.29.19')).toBe(false);
    expect(Buffer.from(leaf.encoding).includes('victim')).toBe(false);
  });
});

describe('what the authority says of itself', () => {
  it('is healthy, and configuration names the issuers', async () => {
    const health = await fetch(`${ca.url}/healthz`);
    expect(await health.json()).toMatchObject({ status: 'SERVING', failing: [] });
    expect(health.status).toBe(200);
    const configuration = (await (await fetch(`${ca.url}/api/v2/configuration`)).json()) as {
      issuers: { issuerUrl: string; challengeClaim: string }[];
    };
    expect(configuration.issuers.map(({ issuerUrl }) => issuerUrl)).toEqual([`${ca.url}/oidc`, issuer.url]);
  });

  it('lets pages of any origin ask', async () => {
    const answer = await fetch(`${ca.url}/api/v2/signingCert`, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
  });
});
