import { expect, it } from 'vitest';
import { inTotoPayloadType, statementType } from '#lib/bundle/statement.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { sign } from '#lib/sign/sign.ts';
import type { ToSign } from '#lib/sign/signed-content.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { ephemeralKey } from './ephemeral-key.ts';
import { verify } from './verify.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const artifact = artifactOfBytes(utf8('release'));

/** What `sigwatch verify` says to a person who asked for nobody and for no type. */
async function saidOf(toSign: ToSign): Promise<string> {
  const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });
  const trustedRoot = readTrustedRoot(services.trustedRoot);
  const { bundle } = await sign(toSign, artifact, {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot,
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  let said = '';
  const options = { trustedRoot, expected: { signer: { kind: 'anyone' } } } as const;
  const job = { artifactName: 'app', artifact, bundle, options, json: false, colour: false };
  expect(await verify(job, (text) => (said += text))).toBe(0);
  return said;
}

it('says that an attestation is one and of which type, and of a signature nothing like it', async () => {
  const sha256 = toHex(artifact.digest('SHA-256') ?? new Uint8Array(0));
  const statement = {
    _type: statementType,
    subject: [{ name: 'app', digest: { sha256 } }],
    predicateType: 'https://example.com/rejected/v1',
    predicate: {},
  };
  const payload = utf8(JSON.stringify(statement));
  const said = await saidOf({ kind: 'envelope', payloadType: inTotoPayloadType, payload });
  expect(said).toContain(
    'Verified: an attestation of type https://example.com/rejected/v1 about app was signed by ada@example.com',
  );
  expect(await saidOf({ kind: 'message', bytes: utf8('release') })).toContain(
    'Verified: app was signed by ada@example.com at ',
  );
});
