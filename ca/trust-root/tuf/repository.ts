/**
 * The repository on disk, DATA_DIR/tuf, laid out as clients fetch it: any web server or copy of the folder is a mirror.
 * Versions are never removed. A change becomes visible with the one file that names the others: timestamp.json, or the
 * next root; whatever a cut-off run left beside it is written again.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { writeDurably } from '#lib/server/durable-file.ts';
import { sha256Hex, type PublishedFile, type SignedFile } from './metadata.ts';
import { TufError } from './tuf-error.ts';

export interface Repository {
  readonly root: SignedFile<Root>;
  readonly targets: SignedFile<Targets>;
  readonly snapshot: SignedFile<Snapshot>;
  readonly timestamp: SignedFile<Timestamp>;
}

/** Undefined before the first publication; damage is an error, since writing over it would be a rollback. */
export function readRepository(folder: string): Repository | undefined {
  const version = latestRootVersion(folder);
  if (version === undefined) return undefined;
  try {
    const root = readAs(folder, `${version}.root.json`, (json) => Metadata.fromJSON(MetadataKind.Root, json));
    const timestamp = readAs(folder, 'timestamp.json', (json) =>
      Metadata.fromJSON(MetadataKind.Timestamp, json),
    );
    const snapshotVersion = timestamp.metadata.signed.snapshotMeta.version;
    const snapshot = readAs(folder, `${snapshotVersion}.snapshot.json`, (json) =>
      Metadata.fromJSON(MetadataKind.Snapshot, json),
    );
    const targetsVersion = snapshot.metadata.signed.meta['targets.json']?.version ?? 0;
    const targets = readAs(folder, `${targetsVersion}.targets.json`, (json) =>
      Metadata.fromJSON(MetadataKind.Targets, json),
    );
    return { root, targets, snapshot, timestamp };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new TufError(
      'repository-damaged',
      `The TUF repository ${folder} is damaged (${why}): restore it from a backup or from any mirror of it.`,
      { cause },
    );
  }
}

function latestRootVersion(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).flatMap((name) => {
    const [, digits] = /^([1-9][0-9]{0,8})\.root\.json$/.exec(name) ?? [];
    return digits === undefined ? [] : Number(digits);
  });
  return versions.length === 0 ? undefined : Math.max(...versions);
}

function readAs<T>(
  folder: string,
  name: string,
  parse: (json: never) => T,
): { metadata: T; bytes: Uint8Array } {
  const bytes = Uint8Array.from(readFileSync(join(folder, name)));
  return { metadata: parse(JSON.parse(new TextDecoder().decode(bytes)) as never), bytes };
}

export function writeRoot(folder: string, root: SignedFile<Root>): void {
  writeDurably(join(folder, `${root.metadata.signed.version}.root.json`), root.bytes);
  writeDurably(join(folder, 'root.json'), root.bytes);
}

/** timestamp.json comes last: from that rename on, clients see all of it; before, none of it. */
export function writeBelowRoot(
  folder: string,
  { targets, snapshot, timestamp }: Omit<Repository, 'root'>,
): void {
  writeOnce(folder, `${targets.metadata.signed.version}.targets.json`, targets.bytes);
  writeOnce(folder, `${snapshot.metadata.signed.version}.snapshot.json`, snapshot.bytes);
  writeOnce(folder, 'timestamp.json', timestamp.bytes);
}

/** Under its hash for TUF clients, and under its plain name for people and old scripts. */
export function writeTargetFiles(folder: string, files: readonly PublishedFile[]): void {
  for (const { name, bytes } of files) {
    writeOnce(join(folder, 'targets'), `${sha256Hex(bytes)}.${name}`, bytes);
    writeOnce(join(folder, 'targets'), name, bytes);
  }
}

function writeOnce(folder: string, name: string, bytes: Uint8Array): void {
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  writeDurably(file, bytes);
}
