/** A bundle over a file, as a person gets it from services in memory. */
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { sign } from '#lib/sign/sign.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import type { SigningServicesInMemory } from './signing-services.ts';

export async function signedBundle(services: SigningServicesInMemory, bytes: Uint8Array): Promise<string> {
  const { bundle } = await sign({ kind: 'message', bytes }, artifactOfBytes(bytes), {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot: readTrustedRoot(services.trustedRoot),
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  return writeBundle(bundle);
}
