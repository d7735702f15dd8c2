/** Invitations: mailed to an address, and taken by whoever signed in with that very address, once. */
import { randomUUID } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { inboxOf, type EmailAddress } from '#lib/identity/email-address.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordAct, type Actor } from './audit.ts';
import type { TeamOfCaller } from './caller.ts';
import { AccountError } from './account-error.ts';
import type { Role } from './roles.ts';
import { hashOfToken, newToken } from './token.ts';

const days = 7;
const mostOpen = 50;
const perInboxAnHour = 3;

export interface Invitation {
  readonly id: string;
  readonly teamId: string;
  readonly teamName: string;
  readonly address: string;
  readonly role: Role;
  readonly expiresAt: Date;
}

type Uses = Pick<Dependencies, 'sql' | 'statement' | 'config' | 'renderLetter'>;

export interface NewInvitation {
  readonly team: TeamOfCaller;
  readonly invitedBy: string;
  readonly actor: Actor;
  readonly address: EmailAddress;
  readonly role: Role;
}

/** The same for an address that is known, unknown or a member already. */
export async function invite(
  deps: Uses,
  { team, invitedBy, actor, address, role }: NewInvitation,
): Promise<void> {
  if (team.isPersonal)
    throw new AccountError('conflict', 'Nobody else joins your own team: make another one and invite there.');
  const { token, hash } = newToken();
  const id = randomUUID();
  const letter = await deps.renderLetter({
    preheader: 'Nothing happens unless you accept.',
    heading: `Join ${visibleText(team.name)}?`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Somebody of the team ${visibleText(team.name)} at ${deps.config.web.url} asks you to join it as ${role}.`,
      },
      {
        kind: 'buttons',
        buttons: [{ label: 'Look and accept', url: `${deps.config.web.url}/team/join?token=${token}` }],
      },
      { kind: 'paragraph', text: `The link opens a page with a button. It works for ${days} days and once.` },
      { kind: 'small', text: 'Not expected? Do nothing. We never ask for a password.' },
    ],
  });
  await deps.sql.begin(async (transaction) => {
    const inbox = `invitation ${toHex(sha256(utf8(inboxOf(address)))).slice(0, 32)}`;
    const [use] = await transaction.unsafe<{ used: number }[]>(deps.statement('take-from-limit'), [[inbox]]);
    // Whoever is asked again has one link that works, with the role of the last time.
    await transaction`
      UPDATE account_invitation SET ended_at = now()
      WHERE team_id = ${team.id} AND address = ${address.value} AND ended_at IS NULL`;
    const [open] = await transaction<{ invitations: number }[]>`
      SELECT count(*)::int AS invitations FROM account_invitation
      WHERE team_id = ${team.id} AND ended_at IS NULL AND expires_at > now()`;
    if ((use?.used ?? 0) > perInboxAnHour || (open?.invitations ?? 0) >= mostOpen)
      throw new AccountError('too-many', 'That is enough invitations for now.');
    await transaction`
      INSERT INTO account_invitation (id, team_id, address, role, token_hash, invited_by, expires_at)
      VALUES (${id}, ${team.id}, ${address.value}, ${role}, ${hash}, ${invitedBy}, now() + make_interval(days => ${days}))`;
    await recordAct(transaction, {
      teamId: team.id,
      actor,
      act: 'member.invited',
      subject: id,
      detail: { role },
    });
    await queueMail(transaction, {
      kind: 'notice',
      to: address.value,
      subject: `Join ${visibleText(team.name, 80)}?`,
      ...letter,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  });
}

export async function listInvitations(
  { sql }: Pick<Uses, 'sql'>,
  teamId: string,
): Promise<Omit<Invitation, 'teamName'>[]> {
  return sql<Invitation[]>`
    SELECT id, team_id AS "teamId", address, role, expires_at AS "expiresAt" FROM account_invitation
    WHERE team_id = ${teamId} AND ended_at IS NULL AND expires_at > now() ORDER BY created_at`;
}

export async function endInvitation(
  { sql }: Pick<Uses, 'sql'>,
  teamId: string,
  id: string,
  actor: Actor,
): Promise<void> {
  await sql.begin(async (transaction) => {
    const ended = await transaction`
      UPDATE account_invitation SET ended_at = now()
      WHERE id = ${id} AND team_id = ${teamId} AND ended_at IS NULL RETURNING id`;
    if (ended.length === 0) throw new AccountError('not-found', 'There is no such thing.');
    await recordAct(transaction, { teamId, actor, act: 'invitation.ended', subject: id });
  });
}

export async function findInvitation(
  { sql }: Pick<Uses, 'sql'>,
  token: string,
): Promise<Invitation | undefined> {
  const [row] = await sql<Invitation[]>`
    SELECT invitation.id, team_id AS "teamId", team.name AS "teamName", address, role, expires_at AS "expiresAt"
    FROM account_invitation invitation JOIN account_team team ON team.id = team_id
    WHERE token_hash = ${hashOfToken(token)} AND ended_at IS NULL AND expires_at > now()`;
  return row;
}

/** Of many presses at the same time one finds it open. Returns the team. */
export async function acceptInvitation(
  { sql, statement }: Pick<Uses, 'sql' | 'statement'>,
  token: string,
  userId: string,
): Promise<string> {
  return sql.begin(async (transaction) => {
    const [taken] = await transaction.unsafe<{ id: string; team_id: string; role: Role }[]>(
      statement('take-invitation'),
      [hashOfToken(token), userId],
    );
    if (taken === undefined)
      throw new AccountError('spent', 'This invitation was used, has expired, or is for another address.');
    const { id, team_id: teamId, role } = taken;
    await transaction`
      INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${userId}, ${role})
      ON CONFLICT (team_id, user_id) DO NOTHING`;
    await transaction`
      DELETE FROM account_departed USING account_email email
      WHERE account_departed.team_id = ${teamId} AND email.user_id = ${userId}
        AND email.address = account_departed.address`;
    const actor = { kind: 'user', id: userId } as const;
    await recordAct(transaction, { teamId, actor, act: 'member.joined', subject: id, detail: { role } });
    return teamId;
  });
}
