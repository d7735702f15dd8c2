/** One genuine bundle with all that is needed to verify it, from services in memory over a log of some size. */
import { utf8 } from '#lib/encoding/bytes.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
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
  const bundle = await signedBundle(services, artifact);
  const trustedRoot = JSON.stringify(services.trustedRoot);
  return { artifact, bundle, trustedRoot, ...who };
}
