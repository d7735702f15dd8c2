/**
 * What an identity, an issuer or a claim is compared with. The kind is said, never guessed from the text: an exact text
 * is compared whole and byte for byte, and there are no regular expressions, so no dot matches more than a dot.
 */

export type TextPattern =
  | { readonly kind: 'exact'; readonly text: string }
  /** Every address at this domain and no other: `example.com` is not `sub.example.com`. Case does not count. */
  | { readonly kind: 'email-domain'; readonly domain: string }
  /** Anchored. `*` is any run of characters but `/`, `**` any run at all; everything else is itself. */
  | { readonly kind: 'glob'; readonly glob: string };

/** Longer texts match no pattern: no identity comes near it, and matching stays cheap. */
const longestText = 8192;

export function matchesText(pattern: TextPattern, text: string): boolean {
  switch (pattern.kind) {
    case 'exact':
      return text === pattern.text;
    case 'email-domain':
      return hasEmailDomain(text, pattern.domain);
    case 'glob':
      return text.length <= longestText && matchesGlob(splitGlob(pattern.glob), text);
  }
}

export function describePattern(pattern: TextPattern): string {
  switch (pattern.kind) {
    case 'exact':
      return pattern.text;
    case 'email-domain':
      return `any address at ${pattern.domain}`;
    case 'glob':
      return `like ${pattern.glob}`;
  }
}

function hasEmailDomain(text: string, domain: string): boolean {
  // `https://evil@example.com` is a URI, whatever stands after its @.
  const [, host] = /^[^@\s/:]+@([^@\s/:]+)$/.exec(text) ?? [];
  return host !== undefined && host.toLowerCase() === domain.toLowerCase();
}

type GlobPart = { readonly text: string } | { readonly wild: '*' | '**' };

function splitGlob(glob: string): GlobPart[] {
  return glob
    .split(/(\*\*|\*)/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' || part === '**' ? { wild: part } : { text: part }));
}

/** The set of positions the pattern so far may end at: one pass for each part, no backtracking. */
function matchesGlob(parts: readonly GlobPart[], text: string): boolean {
  let ends = new Set([0]);
  for (const part of parts) {
    ends = 'text' in part ? afterText(ends, part.text, text) : afterWild(ends, part.wild, text);
    if (ends.size === 0) return false;
  }
  return ends.has(text.length);
}

function afterText(ends: ReadonlySet<number>, part: string, text: string): Set<number> {
  return new Set([...ends].filter((end) => text.startsWith(part, end)).map((end) => end + part.length));
}

function afterWild(ends: ReadonlySet<number>, wild: '*' | '**', text: string): Set<number> {
  const reached = new Set<number>();
  for (let at = Math.min(...ends), open = false; at <= text.length; at++) {
    open ||= ends.has(at);
    if (open) reached.add(at);
    if (wild === '*' && text[at] === '/') open = false;
  }
  return reached;
}
