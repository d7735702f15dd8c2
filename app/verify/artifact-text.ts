/** An artifact by its digest, as a person types it: 64 hexadecimal digits, or `sha256:`, `sha384:`, `sha512:` and theirs. */
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromHex } from '#lib/encoding/bytes.ts';
import { artifactOfDigests, type Artifact } from '#lib/verify/artifact.ts';

export const hashNames: Readonly<Record<string, HashName>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Undefined for what digestForm does not fit. */
export function artifactOfText(text: string): Artifact | undefined {
  const [algorithm = '', hex = ''] = text.includes(':') ? text.split(':') : ['sha256', text];
  const [hash, bytes] = [hashNames[algorithm], fromHex(hex)];
  return hash && bytes && artifactOfDigests({ [hash]: bytes });
}

/** In lower case. */
export const digestForm = /^(?:sha256:)?[0-9a-f]{64}$|^sha384:[0-9a-f]{96}$|^sha512:[0-9a-f]{128}$/;
