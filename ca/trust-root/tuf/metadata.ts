/**
 * The four kinds of metadata of The Update Framework (specification 1.0) as this repository writes them: consistent
 * snapshots, one SHA-256 a file (go-tuf picks among several by chance), no delegations.
 */
import { createHash } from 'node:crypto';
import { Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp, type Key } from '@tufjs/models';
import { utf8 } from '#lib/encoding/bytes.ts';
import type { Role, RoleKey } from './role-keys.ts';

const specVersion = '1.0';

export type FilePurpose = { sigstore: { usage: string; status: string; uri: string } };

/** A file that clients get through the repository. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** From this older clients learn what a file is for. */
  readonly custom?: FilePurpose;
}

export type SignedKind = Root | Targets | Snapshot | Timestamp;

/** Metadata as it stands on disk. */
export interface SignedFile<Kind extends SignedKind> {
  readonly metadata: Metadata<Kind>;
  readonly bytes: Uint8Array;
}

export type RoleHolders = Readonly<
  Record<Role, { readonly keys: readonly Key[]; readonly threshold: number }>
>;

export function buildRoot(version: number, expires: Date, holders: RoleHolders): Root {
  const entries = Object.entries(holders);
  const keys = entries.flatMap(([, { keys: held }]) => held.map((key) => [key.keyID, key.toJSON()] as const));
  const roles = entries.map(([role, { keys: held, threshold }]) => {
    return [role, { keyids: held.map(({ keyID }) => keyID), threshold }] as const;
  });
  return Root.fromJSON({
    _type: 'root',
    spec_version: specVersion,
    version,
    expires: instant(expires),
    consistent_snapshot: true,
    keys: Object.fromEntries(keys),
    roles: Object.fromEntries(roles),
  });
}

/** Who holds which role according to a root: the start of the next one. */
export function holdersOf(root: Root): RoleHolders {
  const holders = (role: Role) => ({
    keys: (root.roles[role]?.keyIDs ?? []).flatMap((id) => root.keys[id] ?? []),
    threshold: root.roles[role]?.threshold ?? 1,
  });
  return {
    root: holders('root'),
    targets: holders('targets'),
    snapshot: holders('snapshot'),
    timestamp: holders('timestamp'),
  };
}

export function buildTargets(version: number, expires: Date, files: readonly TargetFile[]): Targets {
  return new Targets({
    specVersion,
    version,
    expires: instant(expires),
    targets: Object.fromEntries(files.map((file) => [file.path, file])),
  });
}

export function targetFile({ name, bytes, custom }: PublishedFile): TargetFile {
  return TargetFile.fromJSON(name, {
    length: bytes.length,
    hashes: { sha256: sha256Hex(bytes) },
    ...(custom === undefined ? {} : { custom }),
  });
}

export function buildSnapshot(version: number, expires: Date, targets: SignedFile<Targets>): Snapshot {
  return new Snapshot({
    specVersion,
    version,
    expires: instant(expires),
    meta: { 'targets.json': metaFile(targets) },
  });
}

export function buildTimestamp(version: number, expires: Date, snapshot: SignedFile<Snapshot>): Timestamp {
  return new Timestamp({
    specVersion,
    version,
    expires: instant(expires),
    snapshotMeta: metaFile(snapshot),
  });
}

/** Length and hash beside the version: a mirror cannot mix files of different times. */
function metaFile({ metadata, bytes }: SignedFile<SignedKind>): MetaFile {
  return new MetaFile({
    version: metadata.signed.version,
    length: bytes.length,
    hashes: { sha256: sha256Hex(bytes) },
  });
}

export function signWith<Kind extends SignedKind>(signed: Kind, keys: readonly RoleKey[]): SignedFile<Kind> {
  const metadata = new Metadata<Kind>(signed);
  for (const key of keys) metadata.sign((canonical) => key.sign(canonical));
  return fileOf(metadata);
}

/** As it stands on disk. */
export function fileOf<Kind extends SignedKind>(metadata: Metadata<Kind>): SignedFile<Kind> {
  return { metadata, bytes: utf8(`${JSON.stringify(metadata.toJSON(), undefined, 2)}\n`) };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** TUF §4.1: UTC, whole seconds. */
function instant(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
