import type { Metadata } from 'next';
import { visitor } from '../../account/asked.ts';
import { findInvitation } from '../../account/invitation.ts';
import { readProfile } from '../../account/profile.ts';
import { dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Stranger } from '../../ui/text.tsx';
import { DeadLink } from '../../watch/dead-link.tsx';

export const metadata: Metadata = { title: 'Join a team', robots: { index: false } };

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function JoinPage({ searchParams }: Asked) {
  const deps = dependencies();
  const token = tokenOf((await searchParams)['token']);
  const invitation = token === undefined ? undefined : await findInvitation(deps, token);
  if (invitation === undefined || token === undefined) return <DeadLink />;
  const caller = await visitor();
  const profile = caller === undefined ? undefined : await readProfile(deps, caller.userId);
  const isTheirs = profile?.addresses.some(({ address }) => address === invitation.address) === true;
  return (
    <Page>
      <Opening label="Invitation">
        <h1>
          Join <Stranger text={invitation.teamName} />?
        </h1>
        <p className="lead">
          As {invitation.role}, with the address <Stranger text={invitation.address} />.
        </p>
        {isTheirs ? (
          <form method="post">
            <button type="submit">Join</button>
          </form>
        ) : (
          <p>
            {profile === undefined
              ? 'Sign in with that very address first. '
              : 'You are signed in without that address: add it under Settings, or sign in with it. '}
            <a
              href={
                profile === undefined
                  ? `/sign-in?next=${encodeURIComponent(`/team/join?token=${token}`)}`
                  : '/settings'
              }
            >
              {profile === undefined ? 'Sign in' : 'Settings'}
            </a>
          </p>
        )}
        <p className="soft">Not expected? Close the page; nothing happens.</p>
      </Opening>
    </Page>
  );
}
