/**
 * Brings the repository up to what it should hold now: new target files, metadata that ends soon, keys that came or
 * went. Everything is read from disk each time and nothing is kept in memory, so that a command of the operator and the
 * running service see the same. Run daily or every minute: without a reason nothing is written.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Root, Snapshot, Targets } from '@tufjs/models';
import { writeDurably } from '#lib/server/durable-file.ts';
import {
  buildRoot,
  buildSnapshot,
  buildTargets,
  buildTimestamp,
  holdersOf,
  sha256Hex,
  signWith,
  targetFile,
  type PublishedFile,
  type RoleHolders,
  type SignedFile,
} from './metadata.ts';
import { canSign, expiryFor, isAccepted, isEnding, isSignedByAll } from './renewal.ts';
import {
  readRepository,
  writeBelowRoot,
  writeRoot,
  writeTargetFiles,
  type Repository,
} from './repository.ts';
import { removeRetired } from './retiring.ts';
import {
  acceptedRoot,
  acceptedTargets,
  readStaged,
  requestSignatures,
  signedFile,
  type Staged,
} from './staged.ts';
import { roles, type Role, type RoleKey, type RoleKeyFolder } from './role-keys.ts';
import { TufError } from './tuf-error.ts';

export interface RepositoryPlace {
  /** The public files. */
  readonly folder: string;
  readonly keys: RoleKeyFolder;
}

export interface Publication {
  readonly repository: Repository;
  /** The timestamp leads to exactly the files that were given. */
  readonly isCurrent: boolean;
  /** What should be signed and cannot be, each a sentence with the mend. */
  readonly waiting: readonly string[];
}

/** Call with the lock held. */
export function publish(place: RepositoryPlace, files: readonly PublishedFile[], now: Date): Publication {
  removeRetired(place.keys.folder, now);
  const current = readRepository(place.folder) ?? establish(place, files, now);
  const update = new Update(place, current, now);
  const next = update.run(files);
  requestSignatures(place.keys.folder, update.asked);
  return { repository: next, isCurrent: leadsTo(next, files), waiting: update.waiting };
}

function leadsTo({ targets, snapshot, timestamp }: Repository, files: readonly PublishedFile[]): boolean {
  return (
    timestamp.metadata.signed.snapshotMeta.version === snapshot.metadata.signed.version &&
    snapshot.metadata.signed.meta['targets.json']?.version === targets.metadata.signed.version &&
    sameFiles(targets.metadata.signed, files)
  );
}

export function keysOf(role: Role, keys: readonly RoleKey[]): RoleKey[] {
  return keys.filter((key) => key.role === role);
}

function establish(place: RepositoryPlace, files: readonly PublishedFile[], now: Date): Repository {
  const marker = join(place.keys.folder, 'established.json');
  if (existsSync(marker)) {
    // A second first root would strand every client that was ever pointed here.
    throw new TufError(
      'repository-lost',
      `${place.folder} is gone, though this instance has published it: restore it from a backup or any mirror.`,
    );
  }
  const made = place.keys.all();
  const keys = roles.flatMap((role) => {
    const held = keysOf(role, made);
    return held.length > 0 ? held : [place.keys.make(role)];
  });
  const holders = Object.fromEntries(
    roles.map((role) => [role, { keys: keysOf(role, keys).map(({ key }) => key), threshold: 1 }]),
  ) as unknown as RoleHolders;
  const root = signWith(buildRoot(1, expiryFor('root', now), holders), keysOf('root', keys));
  const targets = signWith(
    buildTargets(1, expiryFor('targets', now), files.map(targetFile)),
    keysOf('targets', keys),
  );
  const snapshot = signWith(buildSnapshot(1, expiryFor('snapshot', now), targets), keysOf('snapshot', keys));
  const timestamp = signWith(
    buildTimestamp(1, expiryFor('timestamp', now), snapshot),
    keysOf('timestamp', keys),
  );
  writeTargetFiles(place.folder, files);
  writeBelowRoot(place.folder, { targets, snapshot, timestamp });
  writeRoot(place.folder, root);
  writeDurably(marker, `${JSON.stringify({ firstRoot: sha256Hex(root.bytes), at: now.toISOString() })}\n`);
  return { root, targets, snapshot, timestamp };
}

class Update {
  readonly waiting: string[] = [];
  /** What keys that are elsewhere should sign. */
  asked: Staged = {};
  private readonly staged: Staged;
  private readonly place: RepositoryPlace;
  private readonly current: Repository;
  private readonly keys: readonly RoleKey[];
  private readonly now: Date;

  constructor(place: RepositoryPlace, current: Repository, now: Date) {
    this.place = place;
    this.current = current;
    this.keys = place.keys.all();
    this.staged = readStaged(signedFile(place.keys.folder));
    this.now = now;
  }

  run(files: readonly PublishedFile[]): Repository {
    const root = this.root();
    if (root !== this.current.root) writeRoot(this.place.folder, root);
    const targets = this.targets(root, files);
    const snapshot = this.snapshot(root, targets);
    const timestamp = this.timestamp(root, snapshot);
    if (timestamp === this.current.timestamp) return { ...this.current, root };
    writeTargetFiles(this.place.folder, files);
    const next = { root, targets, snapshot, timestamp };
    writeBelowRoot(this.place.folder, next);
    return next;
  }

  private root(): SignedFile<Root> {
    const { root } = this.current;
    if (!isEnding('root', root, this.now)) return root;
    const { signed } = root.metadata;
    const next = buildRoot(signed.version + 1, expiryFor('root', this.now), holdersOf(signed));
    const brought = acceptedRoot(this.staged, root);
    if (brought !== undefined && !canSign('root', root, keysOf('root', this.keys))) return brought;
    if (this.mayRenew('root', root)) return signWith(next, keysOf('root', this.keys));
    this.asked = { ...this.asked, root: signWith(next, []) };
    return root;
  }

  private targets(root: SignedFile<Root>, files: readonly PublishedFile[]): SignedFile<Targets> {
    const { targets } = this.current;
    const hasChanged = !sameFiles(targets.metadata.signed, files);
    if (!hasChanged && !this.isDue('targets', targets, root)) return targets;
    const brought = acceptedTargets(this.staged, targets, root);
    const isWanted = brought !== undefined && sameFiles(brought.metadata.signed, files);
    if (isWanted && !canSign('targets', root, keysOf('targets', this.keys))) return brought;
    const version = targets.metadata.signed.version + 1;
    const next = buildTargets(version, expiryFor('targets', this.now), files.map(targetFile));
    if (this.mayRenew('targets', root, hasChanged)) return signWith(next, keysOf('targets', this.keys));
    this.asked = { ...this.asked, targets: signWith(next, []) };
    return targets;
  }

  private snapshot(root: SignedFile<Root>, targets: SignedFile<Targets>): SignedFile<Snapshot> {
    const { snapshot } = this.current;
    const isNeeded = targets !== this.current.targets || this.isDue('snapshot', snapshot, root);
    if (!isNeeded || !this.mayRenew('snapshot', root)) return snapshot;
    const version = snapshot.metadata.signed.version + 1;
    const signed = buildSnapshot(version, expiryFor('snapshot', this.now), targets);
    return signWith(signed, keysOf('snapshot', this.keys));
  }

  private timestamp(root: SignedFile<Root>, snapshot: SignedFile<Snapshot>): Repository['timestamp'] {
    const { timestamp } = this.current;
    const isNeeded = snapshot !== this.current.snapshot || this.isDue('timestamp', timestamp, root);
    if (!isNeeded || !this.mayRenew('timestamp', root)) return timestamp;
    const version = timestamp.metadata.signed.version + 1;
    const signed = buildTimestamp(version, expiryFor('timestamp', this.now), snapshot);
    return signWith(signed, keysOf('timestamp', this.keys));
  }

  private isDue(
    role: Exclude<Role, 'root'>,
    file: Repository['targets' | 'snapshot' | 'timestamp'],
    root: SignedFile<Root>,
  ): boolean {
    return (
      isEnding(role, file, this.now) ||
      !isAccepted(role, file, root) ||
      !isSignedByAll(file, keysOf(role, this.keys))
    );
  }

  private mayRenew(role: Role, root: SignedFile<Root>, hasChanged = false): boolean {
    if (canSign(role, root, keysOf(role, this.keys))) return true;
    const why = hasChanged ? 'the trust files have changed' : 'its metadata needs a new signature';
    this.waiting.push(
      `The TUF ${role} key is not here and ${why}: put ${keyNames(role, root)} back into ` +
        `${this.place.keys.folder}, or sign signing-request.json there elsewhere (sigwatch trust sign, then trust apply); ` +
        'what waits is published within a minute.',
    );
    return false;
  }
}

function keyNames(role: Role, root: SignedFile<Root>): string {
  const ids = root.metadata.signed.roles[role]?.keyIDs ?? [];
  return ids.map((id) => `${role}-${id.slice(0, 8)}.key.pem`).join(' or ');
}

function sameFiles(targets: Targets, files: readonly PublishedFile[]): boolean {
  const listed = Object.values(targets.targets);
  const wanted = files.map(targetFile);
  return (
    listed.length === wanted.length &&
    wanted.every((file) => targets.targets[file.path]?.equals(file) === true)
  );
}
