/** How long the repository still holds, and what somebody has to do about it: one sentence each. */
import type { Repository } from './repository.ts';
import { dayMs } from './renewal.ts';
import { roles, type Role } from './role-keys.ts';

export interface TufHealth {
  /** False once clients refuse the repository. */
  readonly ok: boolean;
  readonly rootVersion: number | undefined;
  readonly ends: Partial<Record<Role, string>>;
  readonly warnings: readonly string[];
}

/** Said from the first of these days left; each is well past the day on which it should have renewed itself. */
const alarmDays: Readonly<Record<Role, number>> = { root: 60, targets: 60, snapshot: 10, timestamp: 5 };

export function healthOf(repository: Repository, waiting: readonly string[], now: Date): TufHealth {
  const left = (role: Role) => Date.parse(repository[role].metadata.signed.expires) - now.getTime();
  const endings = roles.filter((role) => left(role) < alarmDays[role] * dayMs);
  return {
    ok: roles.every((role) => left(role) > 0),
    rootVersion: repository.root.metadata.signed.version,
    ends: Object.fromEntries(roles.map((role) => [role, repository[role].metadata.signed.expires])),
    warnings: [...waiting, ...endings.map((role) => ending(role, left(role)))],
  };
}

function ending(role: Role, leftMs: number): string {
  const days = Math.floor(leftMs / dayMs);
  const when = leftMs <= 0 ? 'has expired: clients refuse this instance' : `expires in ${days} days`;
  return `The TUF ${role} metadata ${when}; its key must sign again (sigwatch doctor says which file is missing).`;
}
