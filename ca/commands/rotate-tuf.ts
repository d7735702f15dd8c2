/** `sigwatch trust rotate`: new keys for roles of the TUF repository. */
import { z } from 'zod';
import { readConfig } from '#lib/server/config.ts';
import { withLockSoon } from '../trust-root/tuf/lock.ts';
import { repositoryPlace } from '../trust-root/tuf/mount.ts';
import { planRotation, rotate, type Rotation, type RotationPlan } from '../trust-root/tuf/rotate.ts';
import { onlineRoles, roles } from '../trust-root/tuf/role-keys.ts';
import { runCommand, say } from './run.ts';

const rotation = z
  .object({
    roles: z.array(z.enum(roles)).min(1),
    compromised: z.boolean(),
    dryRun: z.boolean(),
    rootKeys: z.number().int().min(1).max(20).optional(),
    rootThreshold: z.number().int().min(1).max(20).optional(),
  })
  .refine(({ rootKeys = 1, rootThreshold = 1 }) => rootThreshold <= rootKeys, {
    error: 'The threshold cannot be higher than the number of root keys.',
  });

await runCommand(rotation, async ({ dryRun, rootKeys, rootThreshold, ...given }) => {
  const place = repositoryPlace(readConfig());
  const count =
    rootKeys === undefined ? {} : { rootKeys: { count: rootKeys, threshold: rootThreshold ?? 1 } };
  const wanted: Rotation = { ...given, ...count };
  const now = new Date();
  const plan = dryRun
    ? planRotation(place, wanted, now)
    : await withLockSoon(place.keys.folder, () => rotate(place, wanted, now));
  describe(plan, dryRun);
  return 0;
});

function describe({ rootVersion, replaced, until }: RotationPlan, dryRun: boolean): void {
  say(dryRun ? 'Nothing is changed. It would do this:' : 'Done:');
  say(`- root ${rootVersion.from} is followed by root ${rootVersion.to}; every earlier root stays published`);
  for (const { role, keyIds, by } of replaced) {
    const old = keyIds.map((id) => id.slice(0, 8)).join(', ');
    say(`- ${role}: key ${old} gives way to ${by === 1 ? 'a new key' : `${by} new keys`}`);
  }
  say(
    until === undefined
      ? '- the old keys sign nothing more and their files are removed'
      : `- the old keys sign beside the new ones until ${until.toISOString()}, then their files are removed`,
  );
  const offline = replaced.map(({ role }) => role).filter((role) => !onlineRoles.includes(role));
  if (!dryRun && offline.length > 0) {
    say(
      `Copy the new ${offline.join(' and ')} key files to a safe place, and destroy every copy of the old ones.`,
    );
  }
}
