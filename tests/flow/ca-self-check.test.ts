/**
 * The last step of an issuance: what was signed is judged by our own reader and verifier before it leaves. Shown with an
 * authority whose signer goes wrong between the two signatures, which no honest deployment can be made to do.
 */
import { sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ctLog, type CtLog } from '#ca/fulcio/ct-log.ts';
import { issue, type IssueDeps } from '#ca/fulcio/issue.ts';
import { jsonPoster } from '#ca/fulcio/json-post.ts';
import { newSerial } from '#ca/fulcio/serial.ts';
import { openCodeSigningAuthority, type Authority } from '#ca/keys/authority.ts';
import { ensureKeySet } from '#ca/keys/key-set.ts';
import type { Signer } from '#ca/keys/signer.ts';
import { IssuerKeyCache } from '#ca/oidc/issuer-keys.ts';
import { fetchJson } from '#ca/oidc/fetch-json.ts';
import type { KnownLog } from '#ca/trust-root/known-logs.ts';
import { oid, sequence } from '#lib/encoding/der-writer.ts';
import { readConfig } from '#lib/server/config.ts';
import { ada, email, keys, spkiPem } from '#tests/harness/asked-ca.ts';
import { startFailingCtLog, type FailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-self-check-'));
const poster = jsonPoster({ timeoutMs: 5_000, maxBytes: 65_536 });
let issuer: TestIssuer;
let ct: FailingCtLog;
let honest: Authority;
let logs: KnownLog[];

beforeAll(async () => {
  [issuer, ct] = await Promise.all([startTestIssuer(), startFailingCtLog()]);
  const list = await fetchJson(`${ct.url}/log_list.json`, { maxBytes: 100_000, timeoutMs: 5_000 });
  logs = (list as { logs: KnownLog[] }).logs;
  const folder = await ensureKeySet(join(home, 'keys'), new Date());
  honest = openCodeSigningAuthority(readConfig({ DATA_DIR: home }), folder);
});
afterAll(async () => {
  poster.close();
  await Promise.all([issuer.close(), ct.close()]);
  rmSync(home, { recursive: true, force: true });
});

const honestLog = (): CtLog =>
  ctLog({ logUrl: ct.url, knownLogs: () => logs, publishedAt: () => 0, post: poster.post, now: Date.now });

function issueWith(signer: Signer, changes: Partial<IssueDeps> = {}): ReturnType<typeof issue> {
  const nothing = { jwksUri: undefined, caCert: undefined, allow: undefined };
  const known = { url: issuer.url, audience: 'sigstore', ...nothing, type: 'email' } as const;
  const one = { ...known, requireVerified: true, issuerClaim: undefined };
  const issuers = { listed: [one], wildcards: [], find: () => [one] };
  const deps: IssueDeps = {
    token: { issuers, issuerKeys: new IssuerKeyCache(Date.now), now: Date.now },
    authority: { ...honest, signer },
    freezes: { against: async () => undefined },
    ctLog: honestLog(),
    now: Date.now,
    newSerial,
    isOwnKey: () => false,
    ...changes,
  };
  const proof = Uint8Array.from(sign('sha256', Buffer.from(email), keys.privateKey));
  return issuer
    .token(ada)
    .then((token) => issue(deps, { token, key: { kind: 'key', content: spkiPem(keys.publicKey), proof } }));
}

describe('the self-check', () => {
  it('lets an honest certificate pass', async () => {
    expect((await issueWith(honest.signer)).chain).toHaveLength(3);
  });

  it('C6 holds back a certificate that is not the one that was logged', async () => {
    const serial = newSerial();
    const log = honestLog();
    const failure = issueWith(honest.signer, {
      newSerial: () => serial,
      ctLog: {
        submit: async (chain, entry) => {
          const sct = await log.submit(chain, entry);
          serial[19] = (serial[19] ?? 0) ^ 1;
          return sct;
        },
      },
    });
    await expect(failure).rejects.toThrow('The certificate is not the one that was logged.');
  });

  it('holds back a certificate whose two algorithms differ', async () => {
    let asked = 0;
    const wavering: Signer = {
      ...honest.signer,
      get signatureAlgorithm() {
        asked += 1;
        return asked <= 2 ? honest.signer.signatureAlgorithm : sequence(oid('1.2.840.10045.4.3.3'));
      },
    };
    await expect(issueWith(wavering)).rejects.toMatchObject({ code: 'self-check-failed' });
  });

  it('holds back a certificate whose signature does not verify', async () => {
    let signed = 0;
    const failing: Signer = {
      ...honest.signer,
      sign: async (message) => {
        signed += 1;
        return honest.signer.sign(signed === 1 ? message : message.subarray(1));
      },
    };
    await expect(issueWith(failing)).rejects.toMatchObject({ code: 'self-check-failed' });
  });
});

it('a name of which nobody can say whether it is frozen gets no certificate, and the log no entry', async () => {
  const before = ct.submitted.length;
  const freezes = { against: () => Promise.reject(new Error('the database is gone')) };
  await expect(issueWith(honest.signer, { freezes })).rejects.toThrow('the database is gone');
  expect(ct.submitted).toHaveLength(before);
});
