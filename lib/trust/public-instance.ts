/**
 * The public instance of Sigstore and its staging twin: where their TUF repositories are, and where trust in them begins.
 * We ship none of their files. A root once published never changes and each next one is signed by the one before, so the
 * digest of one root is enough for ever, while keys, logs and services may come and go.
 */
export interface TrustBeginning {
  readonly mirror: string;
  readonly firstRoot: { readonly version: number; readonly sha256: string };
}

export type PublicInstance = 'production' | 'staging';

export const publicInstances: Readonly<Record<PublicInstance, TrustBeginning>> = {
  production: {
    mirror: 'https://tuf-repo-cdn.sigstore.dev',
    firstRoot: {
      version: 14,
      sha256: 'c8c41ec13f06ccabf5b48541ee2550098b4c7b5349e1d180390c29a7d5c2642c',
    },
  },
  staging: {
    mirror: 'https://tuf-repo-cdn.sigstage.dev',
    firstRoot: {
      version: 14,
      sha256: '353d172f05f9e73b4a647b1a464f16726d929cbfd030cc42bffb86cd742fb61f',
    },
  },
};
