/** A freeze spares the numbers that another team's proof holds, from that proof on and for as long as it stands. */
import { freezeKinds } from '#lib/server/freezes.ts';
import { boundOf, claimOf, sparedBy } from '../account/ownership/numbers.ts';
import type { Dependencies } from '../dependencies.ts';
import { forgetFrozen } from './authority.ts';

interface Standing {
  readonly id: string;
  readonly team_id: string;
  readonly kind: string;
  readonly value: string;
  readonly holder: string;
  readonly spared: readonly string[];
  readonly made_by: string;
  readonly reason: string | null;
}

/** Few freezes stand at a time, so all are looked at. */
export async function spareOthers({ sql, freezes }: Pick<Dependencies, 'sql' | 'freezes'>): Promise<void> {
  const standing = await sql<Standing[]>`
    SELECT id, team_id, kind, value, holder, spared, made_by, reason FROM account_freeze
    WHERE lifted_at IS NULL AND holder <> ''`;
  for (const freeze of standing) {
    const kind = freezeKinds.find((known) => known === freeze.kind);
    if (kind === undefined) continue;
    const { value, holder, made_by: by } = freeze;
    const spared = sparedBy(await claimOf(sql, freeze.team_id, freeze, boundOf(holder)));
    if (spared.join() === freeze.spared.join()) continue;
    await freezes.put({ kind, value, holder, spared, by, reason: freeze.reason ?? '' });
    const still = await sql`
      UPDATE account_freeze SET spared = ${spared} WHERE id = ${freeze.id} AND lifted_at IS NULL RETURNING id`;
    // Lifted meanwhile: what was just told the authority must not outlive that.
    if (still.length === 0) await freezes.end({ kind, value, holder, by });
    forgetFrozen(freezes);
  }
}
