/**
 * A certificate authority with two issuers, a log that can misbehave, and a stranger who counts visits: what a test of
 * refusals needs. A refusal is a status and a reason, no entry in the log, and nobody else asked anything.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { expect } from 'vitest';
import { freshDatabase, type TestDatabase } from './database.ts';
import { startFailingCtLog, type FailingCtLog } from './failing-ct-log.ts';
import { startTestCa, type TestCa } from './test-ca.ts';
import { close, listen, startTestIssuer, type TestIssuer } from './test-issuer.ts';

export const email = 'ada@example.com';
export const ada = { email, email_verified: true };
export const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

export interface Asked {
  readonly token?: string;
  readonly pem?: string;
  readonly proof?: Uint8Array;
  readonly raw?: string;
  readonly csr?: string;
}

export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly details: { readonly reason?: string; readonly requestId?: string }[];
}

export interface AskedCa {
  readonly issuer: TestIssuer;
  /** Tokens of GitHub workflows. */
  readonly ci: TestIssuer;
  readonly ct: FailingCtLog;
  readonly ca: TestCa;
  readonly database: TestDatabase;
  readonly issuersFile: object;
  readonly strangerUrl: string;
  /** Connections that were opened to it. */
  strangerConnections(): number;
  ask(asked: Asked): Promise<Response>;
  /** Refused with this status and reason, and without a trace elsewhere. */
  expectRefusal(asked: Asked, status: number, reason: string): Promise<void>;
  close(): Promise<void>;
}

export function spkiPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

export async function startAskedCa(): Promise<AskedCa> {
  const [issuer, ci, ct] = await Promise.all([startTestIssuer(), startTestIssuer(), startFailingCtLog()]);
  let visits = 0;
  const stranger = createServer((_, response) => response.end('{}'));
  // A connection that asks nothing is one, too.
  stranger.on('connection', () => (visits += 1));
  const strangerUrl = await listen(stranger);
  const issuersFile = {
    OIDCIssuers: {
      [issuer.url]: { IssuerURL: issuer.url, ClientID: 'sigstore', Type: 'email' },
      [ci.url]: {
        IssuerURL: ci.url,
        ClientID: 'sigstore',
        Type: 'ci-provider',
        CIProvider: 'github-workflow',
      },
    },
    MetaIssuers: { 'http://*.wildcard.test': { ClientID: 'sigstore', Type: 'email' } },
  };
  const database = await freshDatabase();
  const ca = await startTestCa({ database, logUrl: ct.url, issuers: issuersFile });
  const ask = async (asked: Asked): Promise<Response> =>
    postRequest(ca.url, { ...asked, token: asked.token ?? (await issuer.token(ada)) });
  return {
    issuer,
    ci,
    ct,
    ca,
    database,
    issuersFile,
    strangerUrl,
    strangerConnections: () => visits,
    ask,
    expectRefusal: async (asked, status, reason) => {
      const [logged, visited] = [ct.submitted.length, visits];
      const answer = await ask(asked);
      const body = (await answer.json()) as Refusal;
      expect([answer.status, body.details[0]?.reason]).toEqual([status, reason]);
      expect(body.details[1]?.requestId).toBe(answer.headers.get('x-request-id'));
      expect(JSON.stringify(body)).not.toMatch(/BEGIN|node:|file:|at Object/);
      expect(ct.submitted).toHaveLength(logged);
      expect(visits).toBe(visited);
    },
    close: async () => {
      await ca.close();
      await Promise.all([issuer.close(), ci.close(), ct.close(), close(stranger)]);
    },
  };
}

export async function postRequest(url: string, { token, pem, proof, raw, csr }: Asked): Promise<Response> {
  const keyRequest = {
    publicKey: { algorithm: 'ECDSA', content: pem ?? spkiPem(keys.publicKey) },
    proofOfPossession: Buffer.from(proof ?? sign('sha256', Buffer.from(email), keys.privateKey)).toString(
      'base64',
    ),
  };
  const body = csr === undefined ? { publicKeyRequest: keyRequest } : { certificateSigningRequest: csr };
  return fetch(`${url}/api/v2/signingCert`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: raw ?? JSON.stringify({ credentials: { oidcIdentityToken: token ?? '' }, ...body }),
  });
}
