/**
 * A certificate log that can be told to misbehave, for what the real one never does. When it behaves, it signs real
 * SCTs with a key of its own and keeps what it was given.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ed25519LogId } from '#lib/trust/trusted-root.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { signedEntryBytes, writeDigitallySigned } from '#lib/x509/sct.ts';
import { close, listen } from './test-issuer.ts';

export type CtMood =
  'good' | 'refuses' | 'fails' | 'silent' | 'drips' | 'another-key' | 'yesterday' | 'huge' | 'not-json';

export interface FailingCtLog {
  readonly url: string;
  /** Every chain it was given, DER. */
  readonly submitted: Uint8Array[][];
  mood: CtMood;
  close(): Promise<void>;
}

export async function startFailingCtLog(): Promise<FailingCtLog> {
  const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = spkiOf(own.privateKey);
  const log: FailingCtLog = { url: '', submitted: [], mood: 'good', close: () => close(server) };
  const server = createServer((request, response) => {
    const answer = (status: number, body: string): void => void response.writeHead(status).end(body);
    if (request.url === '/log_list.json') return answer(200, JSON.stringify(logList(log.url, spki)));
    void readBody(request).then((body) => {
      const chain = (JSON.parse(body) as { chain: string[] }).chain.map((der) =>
        Uint8Array.from(Buffer.from(der, 'base64')),
      );
      log.submitted.push(chain);
      const key = log.mood === 'another-key' ? stranger.privateKey : own.privateKey;
      const timestamp = Date.now() - (log.mood === 'yesterday' ? 86_400_000 : 0);
      const sct = addChainResponse(chain, key, spki, timestamp);
      switch (log.mood) {
        case 'silent':
          return;
        case 'drips':
          // A letter now and then: alive, and never done.
          return drip(response);
        case 'refuses':
          return answer(400, 'no');
        case 'fails':
          return answer(500, 'no');
        case 'not-json':
          return answer(200, '<html>');
        case 'huge':
          return answer(200, JSON.stringify({ ...sct, more: 'x'.repeat(1_000_000) }));
        default:
          return answer(200, JSON.stringify(sct));
      }
    });
  });
  const url = await listen(server);
  return Object.assign(log, { url });
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 100);
  response.once('close', () => clearInterval(timer));
}

function spkiOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }));
}

function addChainResponse(chain: Uint8Array[], key: KeyObject, spki: Uint8Array, timestamp: number): object {
  const [pre, issuer] = chain.map(readCertificate);
  if (pre === undefined || issuer === undefined) throw new Error('no chain');
  const issuerKeyHash = sha256(issuer.spki);
  const entry = { type: 'precertificate', issuerKeyHash, tbs: tbsWithoutSctAndPoison(pre) } as const;
  const signature = sign('sha256', signedEntryBytes(BigInt(timestamp), entry, new Uint8Array()), key);
  const digitallySigned = writeDigitallySigned(Uint8Array.from(signature));
  return {
    sct_version: 0,
    id: base64(sha256(spki)),
    timestamp,
    extensions: '',
    signature: base64(digitallySigned),
  };
}

function logList(url: string, spki: Uint8Array): object {
  const origin = url.replace('http://', '');
  const rekorKey = spkiOf(rekor.privateKey);
  const validFor = { start: '2026-01-01T00:00:00Z' };
  return {
    logs: [
      {
        name: 'ct',
        kind: 'ct',
        baseUrl: url,
        origin,
        logId: base64(sha256(spki)),
        publicKey: base64(spki),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor,
      },
      {
        name: 'rekor',
        kind: 'rekor-v2',
        baseUrl: url,
        origin,
        logId: base64(ed25519LogId(origin, rekorKey.subarray(-32))),
        publicKey: base64(rekorKey),
        keyDetails: 'PKIX_ED25519',
        validFor,
      },
    ],
  };
}

const rekor = generateKeyPairSync('ed25519');

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
