/** What can be watched, in words, with an example of each. */
import type { WatchKind } from '#lib/identity/watch-target.ts';

export const watchKinds = {
  email: ['One e-mail address', 'jane@example.com'],
  repository: ['A repository', 'github.com/acme/app'],
  organisation: ['Everything of an organisation', 'github.com/acme'],
  workflow: [
    'A workflow, at any ref or at some',
    'github.com/acme/app/.github/workflows/release.yml@refs/tags/v*',
  ],
  'uri-prefix': ['Everything below an address', 'https://ci.example.com/acme/'],
  'uri-pattern': [
    'Addresses like this, with * and **',
    'https://github.com/acme/*/.github/workflows/*@refs/tags/**',
  ],
  uri: ['One address, exactly', 'spiffe://example.com/ci/release'],
  'issuer-subject': ['One login at one provider', 'https://accounts.google.com jane@example.com'],
  domain: ['Every address of a domain you proved to own', '*@example.com'],
  key: ['A public key, by SHA-256', '64 hexadecimal digits'],
  certificate: ['A certificate, by SHA-256', '64 hexadecimal digits'],
  'pgp-key': ['A PGP key, by its fingerprint', '40 hexadecimal digits'],
  'pgp-user': ['What PGP keys call themselves, which nobody checks', 'Jane Doe <jane@example.com>'],
  package: ['A package, as statements about it name it', 'pkg:npm/acme'],
  digest: ['A file, by SHA-256', 'sha256:…'],
} as const satisfies Partial<Record<WatchKind, readonly [string, string]>>;

export type ShownKind = keyof typeof watchKinds;

export function isShownKind(text: unknown): text is ShownKind {
  return typeof text === 'string' && Object.hasOwn(watchKinds, text);
}
