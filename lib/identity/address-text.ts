/**
 * Addresses in a text that is more than one: with a name beside it (RFC 5322 §3.4), quoted, commented, as a mailto URI
 * (RFC 6068), in several lines. A reader that takes the address out of it believes the certificate; so must a monitor.
 */

/** From where it begins: the last 64 characters of a longer one (RFC 5321 §4.5.3.1.1) are nobody's address. */
const token =
  /(?<![^\s@<>()",:;\\[\]\p{Cc}])[^\s@<>()",:;\\[\]\p{Cc}]{1,64}@[^\s@<>()",:;\\[\]'\p{Cc}]{1,255}/gu;
/** No honest name has more than one. */
const most = 16;

export function addressesIn(text: string): string[] {
  const whole = /^mailto:/i.test(text) ? fieldsOf(text) : text;
  if (!whole.includes('@')) return [];
  const plain = whole
    .replaceAll(/\([^()]*\)/g, '')
    .replaceAll(/["\\]/g, '')
    .replaceAll(/[ \t]*@[ \t]*/g, '@');
  return (plain.match(token) ?? []).slice(0, most).map((address) => address.replace(/^['`]+/, ''));
}

/** Of a mailto URI: the address, then header fields, which may name more. */
function fieldsOf(uri: string): string {
  const fields = uri.replaceAll(/[?&=]/g, ' ');
  try {
    return decodeURIComponent(fields);
  } catch {
    return fields;
  }
}
