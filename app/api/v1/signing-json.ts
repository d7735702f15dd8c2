import type { z } from 'zod';
import { signedAt, type Signing } from '../../signings/signing.ts';
import type { signingAnswer } from './schemas.ts';

export function signingJson(signing: Signing, webUrl: string): z.infer<typeof signingAnswer> {
  const { log, index, kind, seenAt, identities, issuer, digest, notBefore, notAfter, claims } = signing;
  return {
    log,
    index,
    url: `${webUrl}/e/${encodeURIComponent(log)}/${index}`,
    kind,
    trust: signing.trust as z.infer<typeof signingAnswer>['trust'],
    time: signedAt(signing).toISOString(),
    seenAt: new Date(seenAt).toISOString(),
    identities: [...identities],
    issuer,
    repository: signing.source,
    digest,
    certificate:
      notBefore === null || notAfter === null
        ? null
        : { notBefore: new Date(notBefore).toISOString(), notAfter: new Date(notAfter).toISOString() },
    claims: { ...claims },
  };
}
