/** What `sign-bundle` does. The token is given and so is the consent: the suite's identity is public by its name. */
import { readConfig } from '../server/config.ts';
import { tryDestinations } from './bundle-file.ts';
import { askedTrust } from './conformance.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { readToken, signContext, signOne } from './sign.ts';
import { blobTarget, statementTarget } from './sign-targets.ts';

export interface AskedSigning {
  readonly bundle: string;
  readonly identityToken: string;
  readonly inToto?: boolean;
  readonly staging?: boolean;
  readonly trustedRoot?: string;
  readonly signingConfig?: string;
}

export async function signAsAsked(artifact: string, asked: AskedSigning): Promise<ExitCode> {
  const make = asked.inToto === true ? statementTarget : blobTarget;
  const target = make(artifact, asked.bundle);
  tryDestinations([target]);
  const sources = { signingConfig: asked.signingConfig, trust: askedTrust(asked), rekorVersion: undefined };
  const context = await signContext(sources, readConfig());
  await signOne(target, readToken(asked.identityToken), context);
  return exitCode.yes;
}
