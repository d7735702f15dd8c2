/** Files that a command was given, read with one sentence of complaint for each way to fail. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { BundleError, type Bundle } from '#lib/bundle/bundle.ts';
import { maxBundleCharacters, readBundle } from '#lib/bundle/read-bundle.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromHex, utf8 } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { artifactOfBytes, artifactOfDigests, type Artifact } from '#lib/verify/artifact.ts';
import { readSmallFile } from '../server/small-file.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { isFolder, manifestOf } from './manifest.ts';

export function readText(path: string, most = maxBundleCharacters): string {
  return readSmall(path, most).toString('utf8');
}

export function readSmall(path: string, most: number): Buffer {
  try {
    return readSmallFile(path, most);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown error';
    throw new CommandError(exitCode.usage, `cannot read ${path}: ${why}`, { cause });
  }
}

export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw new CommandError(exitCode.usage, `${path} is not JSON, or names a member twice`, { cause });
  }
}

/** A file that is no bundle has no signature: the answer is no, not a complaint about the command. */
export function readBundleFile(path: string): Bundle {
  const text = readText(path);
  try {
    return readBundle(text);
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    throw new CommandError(exitCode.no, `${path}: ${cause.message} (${cause.code})`, { cause });
  }
}

/** `sha256:HEX` (also sha384, sha512), a file, a folder as its manifest, or `-` for standard input. */
export function readArtifact(named: string): Artifact {
  const byDigest = /^(sha256|sha384|sha512):(.*)$/s.exec(named);
  if (byDigest !== null) return artifactByDigest(byDigest[1] ?? '', byDigest[2] ?? '');
  if (isFolder(named)) return artifactOfBytes(utf8(manifestOf(named)));
  if (named === '-') return artifactOfBytes(new Uint8Array(readSmall(named, Infinity)));
  return artifactOfFile(named);
}

const hashes: Readonly<Record<string, HashName>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

function artifactByDigest(algorithm: string, hex: string): Artifact {
  const bytes = fromHex(hex);
  const hash = hashes[algorithm];
  if (bytes === undefined || hash === undefined) throw wrongDigest();
  try {
    return artifactOfDigests({ [hash]: bytes });
  } catch {
    throw wrongDigest();
  }
}

function wrongDigest(): CommandError {
  return new CommandError(exitCode.usage, 'a digest is given as sha256: and 64 hexadecimal digits');
}

/** Longer files are never held in memory: each digest that is asked for reads the file once. */
const longestInMemory = 16 * 1024 * 1024;

function artifactOfFile(path: string): Artifact {
  const size = fileSize(path);
  if (size <= longestInMemory) return artifactOfBytes(new Uint8Array(readSmall(path, Infinity)));
  const digests = new Map<HashName, Uint8Array>();
  return {
    bytes: undefined,
    digest(hash) {
      const known = digests.get(hash) ?? digestOfFile(path, hash);
      digests.set(hash, known);
      return known;
    },
  };
}

/** Whether the file ends is known of files and pipes alone. */
export function fileSize(path: string): number {
  try {
    const stat = statSync(path);
    if (!stat.isFile() && !stat.isFIFO()) throw new Error('it is not a file');
    return stat.size;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown error';
    throw new CommandError(exitCode.usage, `cannot read ${path}: ${why}`, { cause });
  }
}

function digestOfFile(path: string, name: HashName): Uint8Array {
  const hash = createHash(name.replace('-', '').toLowerCase());
  const chunk = Buffer.alloc(1024 * 1024);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return Uint8Array.from(hash.digest());
}
