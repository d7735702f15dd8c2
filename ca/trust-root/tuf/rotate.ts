/**
 * New keys for roles (TUF §6): the metadata below the root is signed by old and new keys first, then the next root names
 * the new ones, signed by the old root key and the new. At no moment does a client that follows the roots meet metadata
 * it must refuse. Nothing that was published is removed, so a client that slept through any number of rotations walks
 * root by root to the last. A key that was stolen signs nothing more, and the metadata it signed is replaced at once.
 */
import { rmSync } from 'node:fs';
import type { Root } from '@tufjs/models';
import {
  buildRoot,
  buildSnapshot,
  buildTargets,
  buildTimestamp,
  holdersOf,
  signWith,
  type RoleHolders,
  type SignedFile,
} from './metadata.ts';
import { keysOf, type RepositoryPlace } from './publish.ts';
import { canSign, expiryFor, isAccepted } from './renewal.ts';
import { readRepository, writeBelowRoot, writeRoot, type Repository } from './repository.ts';
import { overlapMs, retire } from './retiring.ts';
import type { Role, RoleKey } from './role-keys.ts';
import { TufError } from './tuf-error.ts';

export interface Rotation {
  readonly roles: readonly Role[];
  /** The old keys are stolen or lost: they sign nothing more. */
  readonly compromised: boolean;
  /** How many root keys from now on, and how many of them must sign. */
  readonly rootKeys?: { readonly count: number; readonly threshold: number };
}

export interface RotationPlan {
  readonly rootVersion: { readonly from: number; readonly to: number };
  readonly replaced: readonly {
    readonly role: Role;
    readonly keyIds: readonly string[];
    readonly by: number;
  }[];
  readonly until: Date | undefined;
}

/** What a rotation would do; throws when it cannot be done. */
export function planRotation(place: RepositoryPlace, rotation: Rotation, now: Date): RotationPlan {
  const { root } = mustRead(place);
  const keys = place.keys.all();
  requireKeys(place, root, keys, rotation);
  const from = root.metadata.signed.version;
  return {
    rootVersion: { from, to: from + 1 },
    replaced: rotation.roles.map((role) => ({
      role,
      keyIds: root.metadata.signed.roles[role]?.keyIDs ?? [],
      by: wantedCount(role, root, rotation),
    })),
    until: rotation.compromised ? undefined : new Date(now.getTime() + overlapMs),
  };
}

/** Call with the lock held. */
export function rotate(place: RepositoryPlace, rotation: Rotation, now: Date): RotationPlan {
  const plan = planRotation(place, rotation, now);
  const current = mustRead(place);
  const before = place.keys.all();
  const made = plan.replaced.flatMap(({ role, by }) =>
    Array.from({ length: by }, () => place.keys.make(role)),
  );
  const old = before.filter(({ role }) => rotation.roles.includes(role));
  const next = nextRoot(current.root, [...before, ...made], made, rotation, now);
  const signers = [...before.filter((key) => !(rotation.compromised && old.includes(key))), ...made];
  const below = resign(current, signers, rotation.roles, now);
  requireAccepted({ root: next, ...below });
  writeBelowRoot(place.folder, below);
  writeRoot(place.folder, next);
  if (rotation.compromised) for (const { file } of old) rmSync(file, { force: true });
  else retire(place.keys.folder, old, plan.until ?? now);
  return plan;
}

function nextRoot(
  root: SignedFile<Root>,
  keys: readonly RoleKey[],
  made: readonly RoleKey[],
  { roles, rootKeys }: Rotation,
  now: Date,
): SignedFile<Root> {
  const holders = holdersOf(root.metadata.signed);
  const replaced = Object.fromEntries(
    roles.map((role) => {
      const threshold = role === 'root' ? (rootKeys?.threshold ?? holders.root.threshold) : 1;
      return [role, { keys: keysOf(role, made).map(({ key }) => key), threshold }];
    }),
  ) as Partial<RoleHolders>;
  const signed = buildRoot(root.metadata.signed.version + 1, expiryFor('root', now), {
    ...holders,
    ...replaced,
  });
  return signWith(signed, keysOf('root', keys));
}

/** New versions of what the changed keys sign, and of all that names it. */
function resign(
  current: Repository,
  keys: readonly RoleKey[],
  changed: readonly Role[],
  now: Date,
): Omit<Repository, 'root'> {
  const version = (role: Exclude<Role, 'root'>) => current[role].metadata.signed.version + 1;
  const files = Object.values(current.targets.metadata.signed.targets);
  const targets = changed.includes('targets')
    ? signWith(buildTargets(version('targets'), expiryFor('targets', now), files), keysOf('targets', keys))
    : current.targets;
  const snapshot =
    changed.includes('snapshot') || targets !== current.targets
      ? signWith(
          buildSnapshot(version('snapshot'), expiryFor('snapshot', now), targets),
          keysOf('snapshot', keys),
        )
      : current.snapshot;
  const timestamp = signWith(
    buildTimestamp(version('timestamp'), expiryFor('timestamp', now), snapshot),
    keysOf('timestamp', keys),
  );
  return { targets, snapshot, timestamp };
}

/** A rotation is refused rather than half done. */
function requireKeys(
  place: RepositoryPlace,
  root: SignedFile<Root>,
  keys: readonly RoleKey[],
  { roles }: Rotation,
): void {
  const needed: Role[] = ['root', 'timestamp', ...(roles.includes('targets') ? (['snapshot'] as const) : [])];
  for (const role of needed) {
    const isMade = role !== 'root' && roles.includes(role);
    if (isMade || canSign(role, root, keysOf(role, keys))) continue;
    const ids = root.metadata.signed.roles[role]?.keyIDs.map((id) => `${role}-${id.slice(0, 8)}.key.pem`);
    throw new TufError(
      'key-missing',
      `The ${role} key is not here and must sign: put ${ids?.join(' or ')} back into ${place.keys.folder}.`,
    );
  }
}

function requireAccepted({ root, ...below }: Repository): void {
  const wrong = (['targets', 'snapshot', 'timestamp'] as const).find(
    (role) => !isAccepted(role, below[role], root),
  );
  if (wrong !== undefined || !isAccepted('root', root, root)) {
    throw new Error(`the next root would not accept ${wrong ?? 'itself'}`);
  }
}

function wantedCount(role: Role, root: SignedFile<Root>, { rootKeys }: Rotation): number {
  if (role !== 'root') return 1;
  return rootKeys?.count ?? root.metadata.signed.roles.root?.keyIDs.length ?? 1;
}

function mustRead(place: RepositoryPlace): Repository {
  const repository = readRepository(place.folder);
  if (repository !== undefined) return repository;
  throw new TufError(
    'repository-lost',
    `${place.folder} holds no repository yet: start the certificate authority once.`,
  );
}
