import type { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { TeamOfCaller } from './caller.ts';
import { listInvitations, type Invitation } from './invitation.ts';
import type { Profile } from './profile.ts';
import type { invitationAnswer, memberAnswer, personAnswer, teamAnswer } from './schemas.ts';
import { listMembers, type Member } from './team.ts';

export async function teamJson(
  deps: Pick<Dependencies, 'sql'>,
  { id, name, role, isPersonal }: TeamOfCaller,
): Promise<z.infer<typeof teamAnswer>> {
  const members = await listMembers(deps, id);
  const invitations = role === 'owner' ? await listInvitations(deps, id) : undefined;
  return {
    id,
    name,
    role,
    personal: isPersonal,
    members: members.map(memberJson),
    invitations: invitations?.map(invitationJson) ?? null,
  };
}

export function memberJson({ userId, name, addresses, role, since }: Member): z.infer<typeof memberAnswer> {
  return { user: userId, name, addresses: [...addresses], role, since: since.toISOString() };
}

export function invitationJson({
  id,
  address,
  role,
  expiresAt,
}: Omit<Invitation, 'teamName'>): z.infer<typeof invitationAnswer> {
  return { id, address, role, expiresAt: expiresAt.toISOString() };
}

export function personJson({
  name,
  createdAt,
  addresses,
  logins,
  passkeys,
}: Profile): z.infer<typeof personAnswer> {
  return {
    name,
    createdAt: createdAt.toISOString(),
    addresses: addresses.map(({ address, confirmedAt }) => ({
      address,
      confirmedAt: confirmedAt.toISOString(),
    })),
    logins: logins.map(({ provider, issuer, shown }) => ({ provider, issuer, shown })),
    passkeys: passkeys.map((passkey) => ({
      name: passkey.name,
      createdAt: passkey.createdAt.toISOString(),
      usedAt: passkey.usedAt?.toISOString() ?? null,
    })),
  };
}
