/** What `verify-bundle` does: the same verification as `verify`, named as the suite names it. */
import { readConfig } from '../server/config.ts';
import type { ExitCode } from './exit-codes.ts';
import { expectedSigner } from './expected-signer.ts';
import { readArtifact, readBundleFile } from './read-input.ts';
import { loadTrust, type TrustOptions } from './trust-source.ts';
import { verify } from './verify.ts';

export interface AskedVerification {
  readonly bundle: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly key?: string;
  readonly trustedRoot?: string;
  readonly staging?: boolean;
}

export async function verifyAsAsked(artifactName: string, asked: AskedVerification): Promise<ExitCode> {
  const config = readConfig();
  const signer = expectedSigner({
    ...(asked.certificateIdentity === undefined ? {} : { identity: asked.certificateIdentity }),
    ...(asked.certificateOidcIssuer === undefined ? {} : { issuer: asked.certificateOidcIssuer }),
    ...(asked.key === undefined ? {} : { key: asked.key }),
  });
  const { trustedRoot } = await loadTrust(askedTrust(asked), config);
  return verify(
    {
      artifactName,
      artifact: readArtifact(artifactName),
      bundle: readBundleFile(asked.bundle),
      options: { trustedRoot, expected: { signer } },
      json: false,
      colour: false,
    },
    (text) => process.stderr.write(text),
  );
}

/** As the protocol has it: without a root that is given, the public instance is meant, or its staging twin. */
export function askedTrust({
  trustedRoot,
  staging,
}: Pick<AskedVerification, 'trustedRoot' | 'staging'>): TrustOptions {
  if (trustedRoot !== undefined) return { trustedRoot };
  return { publicInstance: staging === true ? 'staging' : 'production' };
}
