/** The digest of a file as people write it: hexadecimal, its algorithm in front or told by its length. */

/** SHA-256, SHA-384 and SHA-512, which logs and in-toto statements use. */
export const fileDigest = /^(?:sha-?(?:256|384|512)[:=]\s*)?([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;

/** Lower case hexadecimal alone; undefined when it is none. */
export function readFileDigest(text: string): string | undefined {
  return fileDigest.exec(text.trim())?.[1]?.toLowerCase();
}

export function algorithmOf(hex: string): 'sha256' | 'sha384' | 'sha512' {
  switch (hex.length) {
    case 96:
      return 'sha384';
    case 128:
      return 'sha512';
    default:
      return 'sha256';
  }
}
