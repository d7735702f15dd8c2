/** The two path segments of an entry's address; undefined unless they are spelled as we spell them. */
export function readEntryAddress(log: string, index: string): { log: string; index: bigint } | undefined {
  if (!/^(?:0|[1-9]\d{0,17})$/.test(index)) return undefined;
  const name = decodeURIComponent(log);
  return name.length <= 200 ? { log: name, index: BigInt(index) } : undefined;
}
