/** The same case put to @sigstore/verify, of the line that runs on Node 20 and of the newest: true for a yes. */
import protobuf from '@sigstore/protobuf-specs';
import { bundleFromJSON } from '@sigstore/bundle';
import * as verify3 from '@sigstore/verify';
import * as verify4 from 'sigstore-verify-4';
import { createPublicKey } from 'node:crypto';
import type { ConformanceCase } from './cases.ts';

export const theirVersions = ['3.1.1', '4.1.3'] as const;
export type TheirVersion = (typeof theirVersions)[number];

// The same calls of both; only their classes are not the same classes.
const packages: Record<TheirVersion, typeof verify3> = {
  '3.1.1': verify3,
  '4.1.3': verify4 as unknown as typeof verify3,
};

export function theyAccept(version: TheirVersion, given: ConformanceCase): boolean {
  const { toSignedEntity, toTrustMaterial, Verifier } = packages[version];
  try {
    const root = protobuf.TrustedRoot.fromJSON(JSON.parse(given.trustedRoot));
    const trust = toTrustMaterial(root, keyOf(given));
    const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
    const entity = toSignedEntity(bundleFromJSON(JSON.parse(given.bundle)), Buffer.from(given.artifact));
    verifier.verify(entity, given.key === undefined ? policy(given) : undefined);
    return true;
  } catch {
    return false;
  }
}

function keyOf({ key }: ConformanceCase) {
  if (key === undefined) return undefined;
  const publicKey = createPublicKey(key);
  return () => ({ publicKey, validFor: () => true });
}

/** Their identity is a regular expression, so it is written as one. */
function policy({ identity, issuer }: ConformanceCase) {
  const exact = identity.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return { subjectAlternativeName: `^${exact}$`, extensions: { issuer } };
}
