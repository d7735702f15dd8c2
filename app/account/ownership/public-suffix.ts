/**
 * Names below which anybody may have one of their own, by the Public Suffix List: a registry's (`co.uk`) and a host's
 * (`github.io`). Whoever runs one proves nothing about the names below it, so no proof of it counts.
 */
import { getPublicSuffix } from 'tldts';

export function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}
