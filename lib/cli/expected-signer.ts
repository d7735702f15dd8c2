/** The options that say who must have signed, for `verify` and for the conformance protocol. */
import { fulcioOids, type FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { readKeyFile } from '#lib/verify/key-file.ts';
import type { TextPattern } from '#lib/verify/text-pattern.ts';
import type { ExpectedSigner } from '#lib/verify/verify-identity.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { readText } from './read-input.ts';

export interface SignerOptions {
  readonly identity?: string;
  readonly identityDomain?: string;
  readonly identityGlob?: string;
  readonly issuer?: string;
  readonly issuerGlob?: string;
  readonly claim?: readonly string[];
  readonly key?: string;
  readonly anyone?: boolean;
}

export function expectedSigner(options: SignerOptions): ExpectedSigner {
  const { identity, identityDomain, identityGlob, issuer, issuerGlob, key, anyone = false } = options;
  const patterns = [identity, identityDomain, identityGlob].filter((one) => one !== undefined);
  const issuers = [issuer, issuerGlob].filter((one) => one !== undefined);
  const ways = [patterns.length > 0 || issuers.length > 0, key !== undefined, anyone].filter(Boolean);
  if (ways.length !== 1) {
    throw usage('say who must have signed: --identity with --issuer, or --key, or --anyone');
  }
  if (options.claim !== undefined && patterns.length === 0) throw usage('--claim goes with --identity');
  if (anyone) return { kind: 'anyone' };
  if (key !== undefined) return { kind: 'key', key: readKey(key) };
  if (patterns.length !== 1 || issuers.length !== 1) {
    throw usage('one identity and one issuer belong together: an address means nothing without who vouched');
  }
  return {
    kind: 'identity',
    identity: identityPattern(identity, identityDomain, identityGlob),
    issuer: issuer !== undefined ? { kind: 'exact', text: issuer } : { kind: 'glob', glob: issuerGlob ?? '' },
    claims: readClaims(options.claim ?? []),
  };
}

function identityPattern(exact?: string, domain?: string, glob?: string): TextPattern {
  if (exact !== undefined) return { kind: 'exact', text: exact };
  if (domain !== undefined) return { kind: 'email-domain', domain };
  return { kind: 'glob', glob: glob ?? '' };
}

function readKey(path: string): Uint8Array {
  try {
    return readKeyFile(readText(path, 64 * 1024));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw usage(`${path}: ${cause instanceof Error ? cause.message : 'not a key'}`);
  }
}

function readClaims(pairs: readonly string[]): { [name in FulcioClaimName]?: TextPattern } {
  const claims: { [name in FulcioClaimName]?: TextPattern } = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const known = fulcioOids.find(({ name }) => name === pair.slice(0, at));
    if (known === undefined) {
      throw usage(
        `--claim ${pair}: not NAME=VALUE with a name of ${fulcioOids.map(({ name }) => name).join(', ')}`,
      );
    }
    if (known.name in claims) throw usage(`--claim ${known.name} is given twice`);
    claims[known.name] = { kind: 'exact', text: pair.slice(at + 1) };
  }
  return claims;
}

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
