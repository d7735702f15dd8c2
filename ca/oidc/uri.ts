/** URIs as they go into a certificate: read as they are written, RFC 3986, where a browser's reading would mend them. */
import { utf8 } from '#lib/encoding/bytes.ts';

export interface WrittenUri {
  readonly scheme: string;
  readonly host: string;
}

// RFC 3986 §2: nothing but these, and a percent sign only before two hexadecimal digits.
const written = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
// §3, without a user before the host: it is there to look like one.
const withHost =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(\[[0-9A-Fa-f:.]+\]|[^/?#@[\]:]+)(?::[0-9]{1,5})?(?:[/?#][^#]*(?:#[^#]*)?)?$/;

/** Undefined for anything that is not a URI with a host. */
export function readUri(text: string): WrittenUri | undefined {
  const [, scheme, host] = (written.test(text) && withHost.exec(text)) || [];
  return scheme === undefined || host === undefined ? undefined : { scheme, host };
}

const hexPair = /^[0-9A-Fa-f]{2}$/;
const keptInPath = /[A-Za-z0-9\-._~$&+,/:;=@]/;
const keptInFragment = /[A-Za-z0-9\-._~$&+,/:;=@?!()*]/;
const encodedAlready = /^(?:[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2})*$/;

/**
 * Names of branches and files hold what a URI may not. Spelt as Go's net/url spells them, which is how other
 * authorities do: a part that is properly encoded stays as it is, any other is encoded anew as a whole.
 */
export function encodedUri(text: string): string | undefined {
  const [, origin, path = '', query = '', fragment = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(text) ?? [];
  const [spelt, end] = [encoded(path, keptInPath), encoded(fragment, keptInFragment)];
  if (origin === undefined || spelt === undefined || end === undefined) return undefined;
  return `${origin}${spelt}${query}${end === '' ? '' : `#${end}`}`;
}

function encoded(part: string, kept: RegExp): string | undefined {
  if (encodedAlready.test(part)) return part;
  const bytes = decoded(utf8(part));
  return bytes
    ?.map((byte) => {
      const character = String.fromCharCode(byte);
      return kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Undefined when a percent sign stands for nothing. */
function decoded(bytes: Uint8Array): number[] | undefined {
  const read: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const pair = String.fromCharCode(...bytes.subarray(at + 1, at + 3));
    if (byte !== 0x25) read.push(byte);
    else if (hexPair.test(pair)) read.push(Number.parseInt(pair, 16));
    else return undefined;
    if (byte === 0x25) at += 2;
  }
  return read;
}
