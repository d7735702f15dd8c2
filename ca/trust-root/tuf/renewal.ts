/**
 * When metadata is signed anew, and for how long it holds. The timestamp is short and fresh every day, so that a mirror
 * that is cut off is noticed within a week (TUF §1.5.3, freeze attacks); root and targets may wait for offline keys.
 */
import type { Root } from '@tufjs/models';
import type { SignedFile, SignedKind } from './metadata.ts';
import type { Role, RoleKey } from './role-keys.ts';

export const dayMs = 86_400_000;

const termDays: Readonly<Record<Role, number>> = { root: 365, targets: 365, snapshot: 30, timestamp: 7 };
/** Signed anew when fewer days than these are left. */
const renewalDays: Readonly<Record<Role, number>> = { root: 90, targets: 90, snapshot: 15, timestamp: 6 };

export function expiryFor(role: Role, now: Date): Date {
  return new Date(now.getTime() + termDays[role] * dayMs);
}

export function isEnding(role: Role, { metadata }: SignedFile<SignedKind>, now: Date): boolean {
  return Date.parse(metadata.signed.expires) - now.getTime() < renewalDays[role] * dayMs;
}

/** Signed by as many keys of the role as this root asks for. */
export function isAccepted(role: Role, file: SignedFile<SignedKind>, root: SignedFile<Root>): boolean {
  try {
    root.metadata.verifyDelegate(role, file.metadata as SignedFile<Root>['metadata']);
    return true;
  } catch {
    return false;
  }
}

export function isSignedByAll(file: SignedFile<SignedKind>, keys: readonly RoleKey[]): boolean {
  return keys.every(({ key }) => file.metadata.signatures[key.keyID] !== undefined);
}

/** Whether these keys reach the threshold of their role. */
export function canSign(role: Role, root: SignedFile<Root>, keys: readonly RoleKey[]): boolean {
  const asked = root.metadata.signed.roles[role];
  const held = keys.filter(({ key }) => asked?.keyIDs.includes(key.keyID) === true);
  return asked !== undefined && held.length >= asked.threshold;
}
