/**
 * A file of the reader's, as what is verified: short ones in memory, long ones by the digests that are asked for, read slice
 * by slice, so that a file of any size can be verified and the page goes on meanwhile.
 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { artifactOfBytes, type Artifact } from '#lib/verify/artifact.ts';

/** As on the command line. */
const longestInMemory = 16 * 1024 * 1024;
const sliceBytes = 4 * 1024 * 1024;
const hashes = { 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 };

/** Told how much of the file was read, from 0 to 1. */
export type Progress = (share: number) => void;

/**
 * Does the work with what is known of the file, and again for as long as it asks for digests that are not: a bundle says
 * which one it is about.
 */
export async function withFile<T>(
  file: File,
  work: (artifact: Artifact) => Promise<T>,
  progress: Progress,
): Promise<T> {
  if (file.size <= longestInMemory)
    return work(artifactOfBytes(new Uint8Array(await reading(file.arrayBuffer()))));
  const known = new Map<HashName, Uint8Array>();
  const asked = new Set<HashName>(['SHA-256']);
  for (;;) {
    for (const [name, digest] of await digestsOf(file, asked, progress)) known.set(name, digest);
    asked.clear();
    const done = await work({
      bytes: undefined,
      digest: (name) => {
        const digest = known.get(name);
        if (digest === undefined) asked.add(name);
        return digest;
      },
    });
    if (asked.size === 0) return done;
  }
}

/** Of a file of any size. */
export async function sha256Of(file: Blob, progress: Progress): Promise<Uint8Array> {
  const digest = (await digestsOf(file, new Set(['SHA-256']), progress)).get('SHA-256');
  if (digest === undefined) throw new Error('the file could not be hashed');
  return digest;
}

async function digestsOf(
  file: Blob,
  names: ReadonlySet<HashName>,
  progress: Progress,
): Promise<Map<HashName, Uint8Array>> {
  const running = [...names].map((name) => [name, hashes[name].create()] as const);
  for (let at = 0; at < file.size; at += sliceBytes) {
    const slice = new Uint8Array(await reading(file.slice(at, at + sliceBytes).arrayBuffer()));
    for (const [, hash] of running) hash.update(slice);
    progress(Math.min(1, (at + slice.length) / file.size));
  }
  return new Map(running.map(([name, hash]) => [name, hash.digest()]));
}

async function reading(bytes: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
  return bytes.catch((cause: unknown) => {
    throw new Error('the file could not be read: it was moved or changed meanwhile', { cause });
  });
}
