/** Certificates as a Fulcio makes them in size and shape, from a root and an intermediate of its own; P-256 throughout. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { implicit, octetString, sequence } from '#lib/encoding/der-writer.ts';
import { extensionOid, keyPurpose } from '#lib/x509/extensions.ts';
import { fulcioOids, writeClaim, type FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { writeName } from '#lib/x509/name.ts';
import { sctListExtension } from '#lib/x509/precertificate.ts';
import {
  authority,
  certified,
  extension,
  from,
  keyUsage,
  newKey,
  purpose,
  tbs,
  to,
  type Key,
} from '#tests/harness/certificate-writing.ts';

export interface Signer {
  /** One of the two. */
  readonly email?: string;
  readonly uri?: string;
  readonly claims: FulcioClaims;
}

const rootName = writeName('bench', 'root');
const name = writeName('bench', 'intermediate');

export class BenchAuthority {
  private readonly root = newKey('P-256');
  private readonly key = newKey('P-256');
  private readonly keyId = sha256(this.key.spki).slice(0, 20);
  private readonly constants = {
    usage: keyUsage(0x80),
    purpose: purpose(keyPurpose.codeSigning, false),
    issuerKey: extension(extensionOid.authorityKeyIdentifier, false, sequence(implicit(0, this.keyId))),
  };

  /** As certificateAuthorities of trusted_root.json lists it. */
  listing(): object {
    const usage = keyUsage(0x06);
    const own = extension(extensionOid.subjectKeyIdentifier, false, octetString(this.keyId));
    const chain = [
      certified(
        tbs(rootName, name, [from, to], this.key.spki, [authority, usage, own, this.constants.purpose]),
        this.root,
      ),
      certified(tbs(rootName, rootName, [from, to], this.root.spki, [authority, usage]), this.root),
    ];
    return {
      uri: 'https://ca.bench',
      certChain: { certificates: chain.map((der) => ({ rawBytes: toBase64(der) })) },
      validFor: { start: '2020-01-01T00:00:00Z' },
    };
  }

  certify({ email, uri, claims }: Signer, key: Key, at: Date): Uint8Array {
    const san = email === undefined ? implicit(6, utf8(uri ?? '')) : implicit(1, utf8(email));
    const valid = [at, new Date(at.getTime() + 600_000)] as const;
    const extensions = [
      this.constants.usage,
      this.constants.purpose,
      extension(extensionOid.subjectKeyIdentifier, false, octetString(sha256(key.spki).slice(0, 20))),
      this.constants.issuerKey,
      extension(extensionOid.subjectAltName, true, sequence(san)),
      ...fulcioOids.flatMap(({ name: claim, oid: number, encoding }) => {
        const value = claims[claim];
        return value === undefined ? [] : [extension(number, false, writeClaim(encoding, value))];
      }),
      // As long as a list with one SCT is.
      sctListExtension(new Uint8Array(randomBytes(121))),
    ];
    return certified(tbs(name, sequence(), valid, key.spki, extensions), this.key);
  }
}
