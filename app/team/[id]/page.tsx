import type { Metadata } from 'next';
import { callerOfPage, teamOfPage } from '../../account/asked.ts';
import { listActs } from '../../account/audit-list.ts';
import { nameProblem } from '../../account/given-name.ts';
import { listInvitations } from '../../account/invitation.ts';
import { listMembers } from '../../account/team.ts';
import { dependencies } from '../../dependencies.ts';
import { typedIn } from '../../form.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { NameForm } from '../../ui/name-field.tsx';
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
  const asked = await searchParams;
  const { before } = asked;
  const name = typedIn(asked['name']);
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
          <Invitations
            invitations={invitations}
            typed={{ email: typedIn(asked['email']), role: typedIn(asked['role']) }}
          />
        </Line>
      )}
      <Line label="What was done">
        <ActList acts={acts} teamId={team.id} />
      </Line>
      {isOwner && !team.isPersonal && (
        <Line label="This team">
          <NameForm
            label="Its name"
            value={asked['name'] === undefined ? team.name : name}
            problem={asked['name'] === undefined ? undefined : nameProblem(name)}
            example="Acme release crew"
            act="rename"
            button="Rename"
          />
          <Press
            label="Delete the team; its watches stop, its freezes are lifted"
            fields={{ act: 'delete' }}
          />
        </Line>
      )}
    </Page>
  );
}
