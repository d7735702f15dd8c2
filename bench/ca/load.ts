/** The load generator, a process of its own: argv[2] is a Load as JSON. Every request is different and made beforehand. */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { closedLoop, openLoop, Tally, whenTold } from '../parts/load-loops.ts';
import type { Material } from './place.ts';

export interface Load {
  readonly what: 'certificates' | 'timestamps';
  readonly port: number;
  readonly seconds: number;
  /** So many connections that ask again at once, or so many requests a second whatever happens. */
  readonly pace: { readonly connections: number; readonly made: number } | { readonly perSecond: number };
  readonly material: Material;
}

const keyPairs = 512;

function post(path: string, contentType: string, body: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${contentType}\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, 'latin1');
}

/** As sigstore-js asks: token and proof in the body. A token each, a key that few others have. */
function certificateRequests(count: number, { issuerUrl, keyFile }: Material): Buffer[] {
  const tokenKey = createPrivateKey(readFileSync(keyFile));
  const keys = Array.from({ length: Math.min(keyPairs, count) }, () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  );
  const pems = keys.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }).toString());
  return Array.from({ length: count }, (_, at) => {
    const email = `person-${at}@example.com`;
    const which = at % keys.length;
    const proof = sign('sha256', Buffer.from(email), (keys[which] as { privateKey: KeyObject }).privateKey);
    const body = {
      credentials: { oidcIdentityToken: token(issuerUrl, tokenKey, email) },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: pems[which] },
        proofOfPossession: proof.toString('base64'),
      },
    };
    return post('/api/v2/signingCert', 'application/json', JSON.stringify(body));
  });
}

function token(iss: string, key: KeyObject, email: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss, aud: 'sigstore', sub: email, email, email_verified: true, iat, exp: iat + 3600 };
  const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** As sigstore-js asks. */
function timestampRequests(count: number): Buffer[] {
  return Array.from({ length: count }, () => {
    const artifactHash = createHash('sha256').update(randomBytes(32)).digest('base64');
    return post(
      '/api/v1/timestamp',
      'application/json',
      JSON.stringify({ artifactHash, hashAlgorithm: 'sha256' }),
    );
  });
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const count = 'perSecond' in load.pace ? load.pace.perSecond * load.seconds : load.pace.made;
const requests =
  load.what === 'certificates' ? certificateRequests(count, load.material) : timestampRequests(count);
const tally = new Tally(200);
const { pace } = load;
let at = 0;
await whenTold(tally, () =>
  'perSecond' in pace
    ? openLoop({ ...load, tally }, pace.perSecond, requests)
    : closedLoop({ ...load, tally }, pace.connections, () => requests[at++]),
);
process.exit(0);
