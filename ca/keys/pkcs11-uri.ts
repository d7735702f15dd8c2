/**
 * `pkcs11:token=Signing;object=ca?module-path=/usr/lib/libsofthsm2.so&pin-source=file:/run/secrets/pin` (RFC 7512): which
 * key, in which device, by which library. What else the scheme knows is refused, since an attribute that is ignored could
 * select another key than was meant.
 */
import { KeyError } from './signer.ts';

export interface Pkcs11Uri {
  readonly token: string;
  /** Label of the private key. */
  readonly object: string;
  readonly modulePath: string;
  /** A file whose first line is the PIN; it never stands in the address itself. */
  readonly pinFile: string;
}

const scheme = 'pkcs11:';

export function isPkcs11Uri(text: string): boolean {
  return text.startsWith(scheme);
}

export function readPkcs11Uri(text: string): Pkcs11Uri {
  const [path = '', query = ''] = text.slice(scheme.length).split('?', 2);
  const attributes = new Map([...pairs(path, ';'), ...pairs(query, '&')]);
  const take = (name: string): string => {
    const value = attributes.get(name);
    attributes.delete(name);
    if (value === undefined || value === '') throw wrong(`${name} is missing`);
    return value;
  };
  const pinSource = (value: string): string => value.replace(/^file:(\/\/)?/, '');
  const read = {
    token: take('token'),
    object: take('object'),
    modulePath: take('module-path'),
    pinFile: pinSource(take('pin-source')),
  };
  attributes.delete('type');
  const [unknown] = attributes.keys();
  if (unknown !== undefined) throw wrong(`${unknown} is not understood`);
  return read;
}

function pairs(text: string, separator: string): [string, string][] {
  return text
    .split(separator)
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', value] = part.split('=', 2);
      if (value === undefined) throw wrong(`${name} has no value`);
      return [name, decode(value)];
    });
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw wrong('a value is not percent-encoded as it must be');
  }
}

function wrong(what: string): KeyError {
  return new KeyError(
    'unreadable',
    `CA_KEY_FILE: ${what} in pkcs11:token=…;object=…?module-path=…&pin-source=file:….`,
  );
}
