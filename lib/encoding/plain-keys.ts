/** Field names compare without case, hyphens and underscores: `IssuerURL` is `issuer-url`. */
export function plainKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toLowerCase().replaceAll(/[-_]/g, ''), inner]),
  );
}
