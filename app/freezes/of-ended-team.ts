/**
 * What becomes of a team's freezes when it ends: another team that proved the name has them from then on; where there is none,
 * they are lifted, or a name would stay frozen with nobody who can lift it.
 */
import { freezeKinds } from '#lib/server/freezes.ts';
import { AccountError } from '../account/account-error.ts';
import { recordAct, type Actor } from '../account/audit.ts';
import { areOthers, boundOf, claimOf } from '../account/ownership/numbers.ts';
import { proofsThatDo } from '../account/ownership/owned.ts';
import type { Dependencies } from '../dependencies.ts';
import { forgetFrozen } from './authority.ts';

export type EndsFreezes = Pick<Dependencies, 'sql' | 'freezes' | 'now'>;

interface Standing {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly holder: string;
}

const by = 'the end of its team';

/** Before the team is gone. Throws, and the team must stay, while the authority cannot be asked. */
export async function endFreezesOf(deps: EndsFreezes, teamId: string, actor: Actor): Promise<void> {
  const standing = await deps.sql<Standing[]>`
    SELECT id, kind, value, holder FROM account_freeze WHERE team_id = ${teamId} AND lifted_at IS NULL`;
  for (const freeze of standing) {
    const heir = await heirOf(deps, teamId, freeze);
    await (heir === undefined ? lift(deps, teamId, freeze, actor) : give(deps, heir, freeze));
  }
}

async function heirOf(
  { sql }: EndsFreezes,
  teamId: string,
  { kind, value, holder }: Standing,
): Promise<string | undefined> {
  const proofs = proofsThatDo(kind, value);
  const heirs = await sql<{ team_id: string }[]>`
    SELECT ownership.team_id FROM account_ownership ownership
    JOIN unnest(${proofs.map((proof) => proof.kind)}::text[], ${proofs.map((proof) => proof.value)}::text[])
      AS proof (kind, value) ON proof.kind = ownership.kind AND proof.value = ownership.value
    JOIN account_team team ON team.id = ownership.team_id
    WHERE ownership.ended_at IS NULL AND ownership.proven_at IS NOT NULL AND ownership.team_id <> ${teamId}
    ORDER BY ownership.proven_at`;
  for (const { team_id: heir } of heirs) {
    const { own } = await claimOf(sql, heir, { kind, value });
    if (!areOthers(own, boundOf(holder))) return heir;
  }
  return undefined;
}

async function give({ sql }: EndsFreezes, heir: string, { id }: Standing): Promise<void> {
  await sql.begin(async (transaction) => {
    const given = await transaction`
      UPDATE account_freeze SET team_id = ${heir}, made_by = 'a team that is gone', reason = NULL
      WHERE id = ${id} AND lifted_at IS NULL RETURNING id`;
    if (given.length > 0)
      await recordAct(transaction, {
        teamId: heir,
        actor: { kind: 'system' },
        act: 'freeze.received',
        subject: id,
      });
  });
}

async function lift(
  { sql, freezes, now }: EndsFreezes,
  teamId: string,
  { id, kind, value, holder }: Standing,
  actor: Actor,
): Promise<void> {
  const known = freezeKinds.find((name) => name === kind);
  try {
    if (known !== undefined) await freezes.end({ kind: known, value, holder, by });
  } catch (error) {
    // Classes differ between the bundle and main.ts, names do not.
    if ((error as Error).name !== 'FreezesError') throw error;
    throw new AccountError(
      'conflict',
      'The certificate authority could not be reached, so what is frozen could not be lifted: nothing was deleted. Try again in a moment.',
    );
  }
  forgetFrozen(freezes);
  await sql.begin(async (transaction) => {
    const lifted = await transaction`
      UPDATE account_freeze SET lifted_at = ${now()}, lifted_by = ${by}
      WHERE id = ${id} AND lifted_at IS NULL RETURNING id`;
    if (lifted.length > 0) await recordAct(transaction, { teamId, actor, act: 'freeze.lifted', subject: id });
  });
}
