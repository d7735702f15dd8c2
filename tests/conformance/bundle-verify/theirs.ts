/** The same case put to @sigstore/verify: true for a yes. */
import protobuf from '@sigstore/protobuf-specs';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { createPublicKey } from 'node:crypto';
import type { ConformanceCase } from './cases.ts';

export function theyAccept(given: ConformanceCase): boolean {
  try {
    const root = protobuf.TrustedRoot.fromJSON(JSON.parse(given.trustedRoot));
    const key = given.key === undefined ? undefined : createPublicKey(given.key);
    const spki = key?.export({ type: 'spki', format: 'der' });
    const trust = toTrustMaterial(
      root,
      spki &&
        (() => ({
          publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
          validFor: () => true,
        })),
    );
    const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
    const entity = toSignedEntity(bundleFromJSON(JSON.parse(given.bundle)), Buffer.from(given.artifact));
    verifier.verify(entity, key === undefined ? policy(given) : undefined);
    return true;
  } catch {
    return false;
  }
}

/** Their identity is a regular expression, so it is written as one. */
function policy({ identity, issuer }: ConformanceCase) {
  const exact = identity.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return { subjectAlternativeName: `^${exact}$`, extensions: { issuer } };
}
