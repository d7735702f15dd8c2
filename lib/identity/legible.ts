/**
 * A name as a person reads it: labels of domains out of Punycode, paths out of percent-encoding where that is safe. Only to
 * be looked at: what is told to a verifier is the spelling of the certificate, and it always stands beside this.
 */
import { decodePunycode } from '#lib/encoding/punycode.ts';
import { decodedWhereSafe } from './percent.ts';

const punycodeLabel = /(?<![\p{L}\p{N}_-])xn--[a-z0-9-]+(?![\p{L}\p{N}_-])/giu;

export function legibleName(name: string): string {
  const decoded = name.includes('/') ? decodedWhereSafe(name) : name;
  return /xn--/i.test(decoded) ? decoded.replace(punycodeLabel, legibleLabel) : decoded;
}

/** What no browser would have made of any name stays as it is. */
function legibleLabel(label: string): string {
  const text = decodePunycode(label.slice(4).toLowerCase());
  if (text === undefined || text === '' || !URL.canParse(`http://${text}.example/`)) return label;
  return new URL(`http://${text}.example/`).hostname === `${label.toLowerCase()}.example` ? text : label;
}
