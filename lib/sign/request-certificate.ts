/** A certificate for the login, Fulcio `POST /api/v2/signingCert`: the key signs the subject of the token as its proof. */
import * as z from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { readJsonAnswer } from './json-answer.ts';
import type { IdToken } from './id-token.ts';
import { SignError } from './sign-error.ts';
import type { Send, SigningKey } from './transport.ts';

const answer = z.object({
  signedCertificateEmbeddedSct: z.object({
    chain: z.object({ certificates: z.array(z.string()).min(1).max(10) }),
  }),
});

/** The leaf as DER. */
export async function requestCertificate(
  authority: string,
  token: IdToken,
  key: SigningKey,
  send: Send,
): Promise<Uint8Array> {
  const body = {
    credentials: { oidcIdentityToken: token.text },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: toPem('PUBLIC KEY', key.spki) },
      proofOfPossession: toBase64(await key.sign(utf8(token.subject))),
    },
  };
  const given = await send({
    method: 'POST',
    url: `${authority}/api/v2/signingCert`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: utf8(JSON.stringify(body)),
  });
  const json = readJsonAnswer(given, 'authority-refused', 'the certificate authority');
  const parsed = answer.safeParse(json);
  const [leaf] = parsed.data?.signedCertificateEmbeddedSct.chain.certificates ?? [];
  const [block, ...more] = fromPem(leaf ?? '') ?? [];
  if (block?.label !== 'CERTIFICATE' || more.length > 0) {
    throw new SignError('answer-malformed', 'the certificate authority did not answer with a certificate');
  }
  return block.bytes;
}
