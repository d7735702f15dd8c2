import type { z } from 'zod';
import { toHex } from '#lib/encoding/bytes.ts';
import type { Trust } from '#lib/rules/facts.ts';
import type { LoggedEntry } from '../../e/store.ts';
import { signedAt, type Signing } from '../../signings/signing.ts';
import type { entryAnswer, signingAnswer } from './schemas.ts';

export function signingJson(signing: Signing, webUrl: string): z.infer<typeof signingAnswer> {
  const { log, index, kind, seenAt, identities, issuer, digest, notBefore, notAfter, claims } = signing;
  return {
    log,
    index,
    url: `${webUrl}/e/${encodeURIComponent(log)}/${index}`,
    kind,
    trust: signing.trust as Trust,
    time: signedAt(signing).toISOString(),
    seenAt: new Date(seenAt).toISOString(),
    identities: identities.map((name) => ({ ...name, trust: name.trust as Trust })),
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

export function entryJson(
  { signing, others, leafHash }: LoggedEntry,
  webUrl: string,
): z.infer<typeof entryAnswer> {
  return {
    ...signingJson(signing, webUrl),
    leafHash: toHex(leafHash),
    otherSigners: others.map((other) => {
      const { trust, identities, issuer, repository, certificate, claims } = signingJson(other, webUrl);
      return { trust, identities, issuer, repository, certificate, claims };
    }),
  };
}
