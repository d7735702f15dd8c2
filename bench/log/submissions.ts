/**
 * Requests for the log, signed beforehand. Certificates as a Fulcio makes them in size and shape, sixteen of them, since
 * the log takes the same steps for every one; the digest and its signature are different in every request.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const signers = 16;

interface Signer {
  readonly key: KeyObject;
  readonly certificate: string;
}

/** One whole HTTP request each. Connections are kept. */
export async function signSubmissions(count: number, host: string): Promise<Buffer[]> {
  const all = await Promise.all(Array.from({ length: signers }, makeSigner));
  return Array.from({ length: count }, (_, at) => submission(all[at % signers] as Signer, host));
}

function submission({ key, certificate }: Signer, host: string): Buffer {
  const artifact = randomBytes(32);
  const digest = createHash('sha256').update(artifact).digest('base64');
  const signature = sign('sha256', artifact, key).toString('base64');
  const verifier = `{"x509Certificate":{"rawBytes":"${certificate}"},"keyDetails":"PKIX_ECDSA_P256_SHA_256"}`;
  const body = `{"hashedRekordRequestV002":{"digest":"${digest}","signature":{"content":"${signature}","verifier":${verifier}}}}`;
  const head = `POST /api/v2/log/entries HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${body.length}\r\n\r\n${body}`, 'latin1');
}

async function makeSigner(): Promise<Signer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const imported = (der: Buffer, form: 'pkcs8' | 'spki', use: 'sign' | 'verify') =>
    crypto.subtle.importKey(form, Uint8Array.from(der), algorithm, true, [use]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(20).toString('hex').replace(/^./, '1'),
    issuer: 'O=sigstore.dev, CN=sigstore-intermediate',
    notBefore: new Date(),
    notAfter: new Date(Date.now() + 600_000),
    publicKey: await imported(publicKey.export({ type: 'spki', format: 'der' }), 'spki', 'verify'),
    signingKey: await imported(privateKey.export({ type: 'pkcs8', format: 'der' }), 'pkcs8', 'sign'),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.3']),
      new x509.SubjectAlternativeNameExtension([{ type: 'email', value: 'someone@example.com' }], true),
      new x509.Extension('1.3.6.1.4.1.57264.1.1', false, Buffer.from('https://accounts.example.com')),
      // As much as an SCT list and a workflow's claims take.
      new x509.Extension('1.3.6.1.4.1.57264.1.99', false, randomBytes(300)),
    ],
  });
  return { key: privateKey, certificate: Buffer.from(certificate.rawData).toString('base64') };
}
