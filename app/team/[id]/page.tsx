import type { Metadata } from 'next';
import { callerOfPage, teamOfPage } from '../../account/asked.ts';
import { listActs } from '../../account/audit-list.ts';
import { listInvitations } from '../../account/invitation.ts';
import { listMembers } from '../../account/team.ts';
import { dependencies } from '../../dependencies.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Press } from '../../ui/press.tsx';
import { Stranger } from '../../ui/text.tsx';
import { ActList } from '../act-list.tsx';
import { Invitations } from '../invitations.tsx';
import { MemberList } from '../member-list.tsx';

export const metadata: Metadata = { title: 'Team', robots: { index: false } };

interface Asked {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function TeamPage({ params, searchParams }: Asked) {
  const { id } = await params;
  const caller = await callerOfPage(`/team/${encodeURIComponent(id)}`);
  const team = teamOfPage(caller, id);
  const { before } = await searchParams;
  const from = typeof before === 'string' && /^\d{1,18}$/.test(before) ? before : undefined;
  const deps = dependencies();
  const members = await listMembers(deps, team.id);
  const invitations = await listInvitations(deps, team.id);
  const acts = await listActs(deps, team.id, from);
  const isOwner = team.role === 'owner';
  return (
    <Page>
      <Opening label="Team">
        <h1>
          <Stranger text={team.name} />
        </h1>
        <p className="lead">You are {team.isPersonal ? 'alone here' : `here as ${team.role}`}.</p>
        <p>
          <a href={`/ownership?team=${team.id}`}>What this team owns</a>
        </p>
      </Opening>
      <Line label="Members">
        <MemberList members={members} team={team} self={caller.userId} />
      </Line>
      {isOwner && !team.isPersonal && (
        <Line label="Invitations">
          <Invitations invitations={invitations} />
        </Line>
      )}
      <Line label="What was done">
        <ActList acts={acts} teamId={team.id} />
      </Line>
      {isOwner && !team.isPersonal && (
        <Line label="This team">
          <form method="post" className="ask">
            <input type="hidden" name="act" value="rename" />
            <label htmlFor="name">Its name</label>
            <input id="name" name="name" type="text" required maxLength={80} defaultValue={team.name} />
            <button type="submit">Rename</button>
          </form>
          <Press label="Delete the team; its watches stop" fields={{ act: 'delete' }} />
        </Line>
      )}
    </Page>
  );
}
