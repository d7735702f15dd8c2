/** What `verify-bundle` does: the same verification as `verify`, named as the suite names it. */
import { readConfig } from '../server/config.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';
import { expectedSigner } from './expected-signer.ts';
import { readArtifact, readBundleFile } from './read-input.ts';
import { loadTrust } from './trust-source.ts';
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
  const { trustedRoot } = await loadTrust(trustSource(asked), config);
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

/** We ship nobody's root: the staging instance is believed when its root is given. */
function trustSource({ trustedRoot, staging }: AskedVerification): { trustedRoot?: string } {
  if (staging === true && trustedRoot === undefined) {
    throw new CommandError(exitCode.usage, '--staging needs --trusted-root with the root of that instance');
  }
  return trustedRoot === undefined ? {} : { trustedRoot };
}
