/** One genuine bundle with all that is needed to verify it, from services in memory over a log of some size. */
import { utf8 } from '#lib/encoding/bytes.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { sign } from '#lib/sign/sign.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';

export interface SignedMaterial {
  readonly artifact: Uint8Array;
  readonly bundle: string;
  readonly trustedRoot: string;
  readonly identity: string;
  readonly issuer: string;
}

export async function makeSigned(): Promise<SignedMaterial> {
  const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
  const services = new SigningServicesInMemory({ rekorVersion: 2, ...who, strangers: 100_000 });
  const artifact = utf8('x'.repeat(10_000));
  const { bundle } = await sign({ kind: 'message', bytes: artifact }, artifactOfBytes(artifact), {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot: readTrustedRoot(services.trustedRoot),
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  const trustedRoot = JSON.stringify(services.trustedRoot);
  return { artifact, bundle: writeBundle(bundle), trustedRoot, ...who };
}
