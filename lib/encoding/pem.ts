/** PEM, RFC 7468. Lines of 64, one label a block. */
import { fromBase64, toBase64 } from './base64.ts';

export type PemLabel =
  | 'CERTIFICATE'
  | 'PUBLIC KEY'
  | 'CERTIFICATE REQUEST'
  | 'PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | 'RSA PUBLIC KEY';

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

export function toPem(label: PemLabel, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * The blocks of a text that holds nothing but blocks and white space; undefined when it holds anything else, so that no
 * two readers can see different things in one text.
 */
export function fromPem(text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const block =
      /^-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n([A-Za-z0-9+/=\r\n]*?)\r?\n?-----END \1-----(?:\s+|$)/.exec(
        rest,
      );
    if (block === null) return undefined;
    const bytes = fromBase64((block[2] ?? '').replace(/[\r\n]/g, ''));
    if (bytes === undefined || bytes.length === 0) return undefined;
    blocks.push({ label: block[1] ?? '', bytes });
    rest = rest.slice(block[0].length);
  }
  return blocks;
}
