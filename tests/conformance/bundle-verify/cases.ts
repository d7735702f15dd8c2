/**
 * The public conformance cases for verifying bundles (sigstore/sigstore-conformance, test/assets/bundle-verify), read in
 * place. How a case is laid out is said in the README beside them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const vectors = fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));
const folder = join(vectors, 'conformance/bundle-verify');

export const casesAreHere = existsSync(folder);

const beacon =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';

export interface ConformanceCase {
  readonly name: string;
  readonly mustFail: boolean;
  readonly paths: {
    readonly bundle: string;
    readonly artifact: string;
    readonly trustedRoot: string;
    readonly key: string | undefined;
  };
  readonly bundle: string;
  readonly artifact: Uint8Array;
  readonly trustedRoot: string;
  readonly key: string | undefined;
  readonly identity: string;
  readonly issuer: string;
}

export function readCases(): ConformanceCase[] {
  if (!casesAreHere) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCase(name));
}

export function readCase(name: string): ConformanceCase {
  const path = (file: string): string | undefined => {
    const full = join(folder, name, file);
    return existsSync(full) ? full : undefined;
  };
  const text = (file: string): string | undefined => {
    const full = path(file);
    return full === undefined ? undefined : readFileSync(full, 'utf8');
  };
  const paths = {
    bundle: join(folder, name, 'bundle.sigstore.json'),
    artifact: path('artifact') ?? join(folder, '..', 'a.txt'),
    trustedRoot: path('trusted_root.json') ?? join(vectors, 'public-instance/trusted_root.json'),
    key: path('key.pub'),
  };
  if (!existsSync(paths.artifact)) paths.artifact = join(folder, 'a.txt');
  return {
    name,
    mustFail: name.endsWith('_fail'),
    paths,
    bundle: readFileSync(paths.bundle, 'utf8'),
    artifact: new Uint8Array(readFileSync(paths.artifact)),
    trustedRoot: readFileSync(paths.trustedRoot, 'utf8'),
    key: text('key.pub'),
    identity: (text('identity') ?? beacon).trim(),
    issuer: (text('issuer') ?? 'https://token.actions.githubusercontent.com').trim(),
  };
}
