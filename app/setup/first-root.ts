import type { FetchBytes } from '#lib/source/log-source.ts';

const largestRoot = 512_000;

/** The file from which a client begins to trust this instance; undefined while the authority does not answer. */
export async function readFirstRoot(readCa: FetchBytes): Promise<Uint8Array | undefined> {
  try {
    return await readCa('tuf/1.root.json', largestRoot);
  } catch {
    return undefined;
  }
}
