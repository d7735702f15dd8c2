/** People: found by what they proved, made at their first sign-in with a team of their own. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '#lib/server/database.ts';
import { recordAct } from './audit.ts';

/** The person of an address that has just typed its code; made if new. Watches of that mailbox become theirs. */
export async function userOfAddress(transaction: Transaction, address: string): Promise<string> {
  // Two sign-ins with one new address at the same time are one person.
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`account ${address}`}, 0))`;
  const [known] = await transaction<{ user_id: string }[]>`
    SELECT user_id FROM account_email WHERE address = ${address}`;
  const userId = known?.user_id ?? (await makeUser(transaction));
  if (known === undefined) await addAddress(transaction, userId, address);
  await adoptWatches(transaction, userId, address);
  return userId;
}

export async function makeUser(transaction: Transaction, name = ''): Promise<string> {
  const userId = randomUUID();
  const teamId = randomUUID();
  await transaction`INSERT INTO account_user (id, name) VALUES (${userId}, ${name})`;
  await transaction`
    INSERT INTO account_team (id, name, personal_of) VALUES (${teamId}, 'Personal', ${userId})`;
  await transaction`
    INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${userId}, 'owner')`;
  const actor = { kind: 'user', id: userId } as const;
  await recordAct(transaction, { teamId, actor, act: 'user.created', subject: userId });
  return userId;
}

/** The caller holds the address's lock and knows that nobody has it. */
export async function addAddress(transaction: Transaction, userId: string, address: string): Promise<void> {
  await transaction`INSERT INTO account_email (address, user_id) VALUES (${address}, ${userId})`;
  await recordAct(transaction, {
    teamId: null,
    actor: { kind: 'user', id: userId },
    act: 'email.added',
    subject: userId,
  });
}

export async function personalTeamId(transaction: Transaction, userId: string): Promise<string | undefined> {
  const [team] = await transaction<{ id: string }[]>`
    SELECT id FROM account_team WHERE personal_of = ${userId}`;
  return team?.id;
}

/** Watches that the mailbox made without an account. Also called when such a watch is confirmed later. */
export async function adoptWatches(transaction: Transaction, userId: string, address: string): Promise<void> {
  const teamId = await personalTeamId(transaction, userId);
  if (teamId === undefined) return;
  const adopted = await transaction<{ id: string }[]>`
    UPDATE account_watch SET team_id = ${teamId}
    WHERE email = ${address} AND team_id IS NULL AND state IN ('confirmed', 'stopped') RETURNING id`;
  for (const { id } of adopted)
    await recordAct(transaction, {
      teamId,
      actor: { kind: 'user', id: userId },
      act: 'watch.adopted',
      subject: id,
    });
}

/** Whose watch it is from now on, when a mailbox that has an account confirms it. */
export async function adoptForAddress(transaction: Transaction, address: string): Promise<void> {
  const [known] = await transaction<{ user_id: string }[]>`
    SELECT user_id FROM account_email WHERE address = ${address}`;
  if (known !== undefined) await adoptWatches(transaction, known.user_id, address);
}
