/**
 * Signing with keys that never come here: what the root or targets key should sign waits in a file, `signing-request.json`
 * among the role keys. It is carried to the keys, signed there (`sigwatch trust sign`), brought back and checked
 * (`sigwatch trust apply`), and lies then in `signed.json`, from which the next publication takes it.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { z } from 'zod';
import { writeDurably } from '#lib/server/durable-file.ts';
import { fileOf, type SignedFile } from './metadata.ts';
import { isAccepted } from './renewal.ts';
import type { RoleKey } from './role-keys.ts';
import { TufError } from './tuf-error.ts';

/** Signed or not yet. */
export interface Staged {
  readonly root?: SignedFile<Root>;
  readonly targets?: SignedFile<Targets>;
}

const shape = z.strictObject({
  root: z.record(z.string(), z.unknown()).optional(),
  targets: z.record(z.string(), z.unknown()).optional(),
});

export const requestFile = (keyFolder: string): string => join(keyFolder, 'signing-request.json');
export const signedFile = (keyFolder: string): string => join(keyFolder, 'signed.json');

export function readStaged(file: string): Staged {
  if (!existsSync(file)) return {};
  try {
    const { root, targets } = shape.parse(JSON.parse(readFileSync(file, 'utf8')));
    return {
      ...(root && { root: fileOf(Metadata.fromJSON(MetadataKind.Root, root as never)) }),
      ...(targets && { targets: fileOf(Metadata.fromJSON(MetadataKind.Targets, targets as never)) }),
    };
  } catch (cause) {
    throw new TufError('staged-unreadable', `${file} is no signing request of this service.`, { cause });
  }
}

export function writeStaged(file: string, { root, targets }: Staged): void {
  const json = { root: root?.metadata.toJSON(), targets: targets?.metadata.toJSON() };
  writeDurably(file, `${JSON.stringify(json, undefined, 2)}\n`);
}

/** Asks for the same as before as long as the same is wanted: a request that was carried away stays good. */
export function requestSignatures(keyFolder: string, wanted: Staged): void {
  const file = requestFile(keyFolder);
  if (wanted.root === undefined && wanted.targets === undefined) return rmSync(file, { force: true });
  if (wants(readStaged(file)) !== wants(wanted)) writeStaged(file, wanted);
}

/** What is asked for, but for the moment until which it would hold. */
function wants({ root, targets }: Staged): string {
  const parts = [root, targets].map((file) => ({ ...file?.metadata.signed.toJSON(), expires: undefined }));
  return JSON.stringify(parts);
}

/** With one signature more, where the key counts for the role. */
export function signStaged({ root, targets }: Staged, key: RoleKey): Staged {
  return {
    ...(root && { root: key.role === 'root' ? withSignature(root, key) : root }),
    ...(targets && { targets: key.role === 'targets' ? withSignature(targets, key) : targets }),
  };
}

function withSignature<Kind extends Root | Targets>(file: SignedFile<Kind>, key: RoleKey): SignedFile<Kind> {
  file.metadata.sign((canonical) => key.sign(canonical));
  return fileOf(file.metadata);
}

/** The next root, if clients that hold `current` will follow to it. */
export function acceptedRoot({ root }: Staged, current: SignedFile<Root>): SignedFile<Root> | undefined {
  const isNext = root?.metadata.signed.version === current.metadata.signed.version + 1;
  return root && isNext && isAccepted('root', root, current) && isAccepted('root', root, root)
    ? root
    : undefined;
}

/** The next targets, if that root accepts them. */
export function acceptedTargets(
  { targets }: Staged,
  current: SignedFile<Targets>,
  root: SignedFile<Root>,
): SignedFile<Targets> | undefined {
  const isNext = targets?.metadata.signed.version === current.metadata.signed.version + 1;
  return targets && isNext && isAccepted('targets', targets, root) ? targets : undefined;
}
