/**
 * Under which one name a signer counts. A threshold is about people, and one person can write their address in many
 * ways: so case, Unicode forms, tags after a plus, Gmail's dots and the issuer make no second person. An identity that
 * could look like another's without being it counts for nobody: better one signature too few than one too many.
 */
import { normalise, type IdentityKind } from '#lib/identity/normalise.ts';

/** Undefined for an identity that is not plain ASCII or not in its shortest form. */
export function countingKey(kind: Extract<IdentityKind, 'email' | 'uri' | 'username'>, identity: string) {
  const composed = identity.normalize('NFKC');
  if (!/^[\x21-\x7e]+$/.test(composed) || composed.includes('%')) return undefined;
  const [normal, ...others] = normalise(kind, composed);
  if (normal === undefined || others.length > 0) return undefined;
  return `${kind}:${kind === 'email' ? mailbox(normal.value) : kind === 'uri' ? workflow(normal.value) : normal.value}`;
}

const sameDomain: Readonly<Record<string, string>> = { 'googlemail.com': 'gmail.com' };

/** Where the mail goes. */
function mailbox(address: string): string {
  const at = address.lastIndexOf('@');
  const given = address.slice(at + 1);
  const domain = sameDomain[given] ?? given;
  const local = address.slice(0, at).replace(/\+.*$/s, '');
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

/** A workflow is one machine on every branch and tag. */
function workflow(uri: string): string {
  return uri
    .toLowerCase()
    .replace(/@refs\/.*$/s, '')
    .replace(/\/+$/, '');
}
