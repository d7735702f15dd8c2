/** `sigwatch sign`: each thing signed with a key of its own, each bundle verified before it is written. */
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { readIdToken, type IdToken } from '#lib/sign/id-token.ts';
import { SignError } from '#lib/sign/sign-error.ts';
import type { ToSign } from '#lib/sign/signed-content.ts';
import { sign, type SigningStep } from '#lib/sign/sign.ts';
import { selectServices, type SigningServices } from '#lib/sign/signing-config.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import type { VerifiedSignature } from '#lib/verify/verification.ts';
import { deliver } from './bundle-file.ts';
import { ephemeralKey } from './ephemeral-key.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { readJson } from './read-input.ts';
import { send } from './service-transport.ts';
import { loadTrust, type Trust, type TrustOptions } from './trust-source.ts';
import type { Config } from '../server/config.ts';

export interface SignTarget {
  /** For people. */
  readonly name: string;
  readonly toSign: ToSign;
  /** What a verifier will hold. */
  readonly artifact: Artifact;
  /** Where the bundle goes; undefined for standard output. */
  readonly bundlePath: string | undefined;
}

export interface SignContext {
  readonly services: SigningServices;
  readonly trustedRoot: TrustedRoot;
  readonly progress?: (step: SigningStep) => void;
}

export interface ContextSources {
  readonly signingConfig: string | undefined;
  readonly trust: TrustOptions;
  readonly rekorVersion: 1 | 2 | undefined;
}

/** Both files from where we were told, or from the instance we are configured for. */
export async function signContext(
  sources: ContextSources,
  config: Pick<Config, 'ca' | 'dataDir'>,
): Promise<SignContext> {
  const trust = await loadTrust(sources.trust, config);
  const json = await signingConfig(sources, trust, config);
  const services = asCommand(() => selectServices(json, new Date(), sources.rekorVersion));
  return { services, trustedRoot: trust.trustedRoot };
}

/** Never of one instance while another is believed: what it logs for ever would then not verify. */
async function signingConfig(
  { signingConfig: given }: ContextSources,
  trust: Trust,
  config: Pick<Config, 'ca'>,
): Promise<unknown> {
  if (given === undefined && trust.signingConfig !== undefined) {
    if (trust.signingConfig.json !== undefined) return trust.signingConfig.json;
    throw new CommandError(exitCode.usage, 'that TUF repository names no services: give --signing-config');
  }
  const source = given ?? `${config.ca.url}/signing_config.v0.2.json`;
  return /^https?:\/\//.test(source) ? fetchJson(source) : readJson(source);
}

export async function signOne(
  target: SignTarget,
  token: IdToken,
  { services, trustedRoot, progress }: SignContext,
): Promise<VerifiedSignature> {
  if (token.expiresAt <= new Date()) throw new CommandError(exitCode.usage, 'the ID token has expired');
  try {
    const { toSign, artifact, bundlePath } = target;
    const { bundle, verification } = await sign(toSign, artifact, {
      services,
      trustedRoot,
      token,
      send,
      key: ephemeralKey(),
      progress,
    });
    deliver(`${writeBundle(bundle)}\n`, bundlePath);
    return verification.signature;
  } catch (error) {
    throw commandError(error);
  }
}

export function signedText(target: SignTarget, { signer, entries, times }: VerifiedSignature): string {
  const who = signer.kind === 'certificate' ? visibleText(signer.identity) : 'a key';
  const where = entries.map(({ logUrl, logIndex }) => `${logUrl} ${logIndex}`).join(', ');
  const when = times[0]?.time.toISOString() ?? '';
  const bundle = target.bundlePath === undefined ? '' : ` -> ${visibleText(target.bundlePath)}`;
  return `Signed ${visibleText(target.name)} as ${who} at ${when}, log entry ${where}${bundle}\n`;
}

export function readToken(text: string): IdToken {
  return asCommand(() => readIdToken(text));
}

function asCommand<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw commandError(error);
  }
}

const ours: readonly SignError['code'][] = [
  'token-malformed',
  'token-unverified-email',
  'token-expired',
  'no-service',
];

export function commandError(error: unknown): unknown {
  if (!(error instanceof SignError)) return error;
  const code = ours.includes(error.code) ? exitCode.usage : exitCode.service;
  return new CommandError(code, `${error.message} (${error.code})`, { cause: error });
}
