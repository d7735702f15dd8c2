/** Which field of which form a dropped file is for, told by what is in it: nobody aims at a field with a file. */

export type Role = 'file' | 'bundle' | 'policy' | 'trusted-root';

/** Longer ones are no bundle of ours to read through. */
const longestRead = 32 * 1024 * 1024;

export async function roleOf(file: Blob & { readonly name: string }): Promise<Role> {
  if (file.size > longestRead) return 'file';
  if (/\.ya?ml$/i.test(file.name))
    return /^\s*sigwatchPolicy\s*:/m.test(await file.text()) ? 'policy' : 'file';
  // A member of the whole, never one of something in it: only what is JSON as a whole is asked.
  const json = await file.text().then(parsed);
  if (typeof json !== 'object' || json === null) return 'file';
  const { mediaType, sigwatchPolicy } = json as { mediaType?: unknown; sigwatchPolicy?: unknown };
  if (sigwatchPolicy !== undefined) return 'policy';
  if (typeof mediaType !== 'string') return 'file';
  if (mediaType.startsWith('application/vnd.dev.sigstore.trustedroot')) return 'trusted-root';
  return mediaType.startsWith('application/vnd.dev.sigstore.bundle') ? 'bundle' : 'file';
}

function parsed(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
