import type { HashName } from '#lib/crypto/hash-name.ts';
import type { PublicKey } from '#lib/crypto/public-key.ts';
import type { EntryVerifier } from '#lib/rekor/hashedrekord.ts';

/** What the bundle says was signed; step 4 shows that the signature holds. */
export interface SignedThing {
  readonly signature: Uint8Array;
  readonly verifier: EntryVerifier;
  readonly key: PublicKey;
  readonly content:
    /** Digests that the entry may hold: that of the artifact, and the bundle's own word, which step 4 compares. */
    | { readonly kind: 'message'; digests(hash: HashName): readonly Uint8Array[] }
    | {
        readonly kind: 'envelope';
        readonly payloadType: string;
        readonly payload: Uint8Array;
        /** The DSSE pre-authentication encoding, hashed. */
        encodingDigest(hash: HashName): Uint8Array;
      };
}
