/** Signing and verifying as a stranger would: sigstore's own client packages from npm, pointed at an instance by its files. */
import protobuf from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Instance } from './instance.ts';

const { SigningConfig, TrustedRoot } = protobuf;

export type SignedBundle = Awaited<ReturnType<ReturnType<typeof bundleBuilderFromSigningConfig>['create']>>;

/** One ephemeral key, one certificate, one log entry, one timestamp for `data`, as the owner of the ID token. */
export async function sign(instance: Instance, idToken: string, data: Buffer): Promise<SignedBundle> {
  const signingConfig = SigningConfig.fromJSON(await getJson(`${instance.ca}/signing_config.v0.2.json`));
  const builder = bundleBuilderFromSigningConfig({
    signingConfig,
    identityProvider: { getToken: async () => idToken },
    bundleType: 'messageSignature',
    fetchOptions: { timeout: 5000, retry: false },
  });
  return builder.create({ data });
}

/** Throws unless the bundle verifies for the data and the identity, given nothing but the instance's trusted_root.json. */
export async function verify(
  instance: Instance,
  bundle: SignedBundle,
  data: Buffer,
  email: string,
): Promise<void> {
  const trustedRoot = TrustedRoot.fromJSON(await getJson(`${instance.ca}/trusted_root.json`));
  const verifier = new Verifier(toTrustMaterial(trustedRoot), {
    tlogThreshold: 1,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  });
  verifier.verify(toSignedEntity(bundle, data), {
    subjectAlternativeName: `^${email.replaceAll('.', '\\.')}$`,
    extensions: { issuer: `${instance.ca}/oidc` },
  });
}

export function logIndexOf(bundle: SignedBundle): number {
  return Number(bundle.verificationMaterial.tlogEntries[0]?.logIndex);
}

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}
