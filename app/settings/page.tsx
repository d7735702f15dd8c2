import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { listApiKeys } from '../account/api-key.ts';
import { isAtLeast } from '../account/roles.ts';
import { readProfile } from '../account/profile.ts';
import { listSessions } from '../account/session.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Press } from '../ui/press.tsx';
import { Stranger } from '../ui/text.tsx';
import { KeyList } from './key-list.tsx';
import { SessionList } from './session-list.tsx';
import { WaysIn } from './ways-in.tsx';

export const metadata: Metadata = { title: 'Settings', robots: { index: false } };

export default async function SettingsPage() {
  const caller = await callerOfPage('/settings');
  const deps = dependencies();
  const profile = await readProfile(deps, caller.userId);
  const sessions = await listSessions(deps, caller.userId);
  const teams = await Promise.all(
    caller.teams.map(async (team) => ({ team, keys: await listApiKeys(deps, team.id) })),
  );
  const known = profile.name || (profile.addresses[0]?.address ?? profile.logins[0]?.shown ?? 'You');
  return (
    <Page>
      <Opening label="Account">
        <h1>
          <Stranger text={known} />
        </h1>
        <Press label="Sign out" fields={{ act: 'sign-out' }} />
      </Opening>
      <Line label="Name">
        <form method="post" className="ask">
          <input type="hidden" name="act" value="rename" />
          <label htmlFor="name">What your teams call you</label>
          <input
            id="name"
            name="name"
            type="text"
            maxLength={80}
            defaultValue={profile.name}
            autoComplete="name"
          />
          <button type="submit">Save</button>
        </form>
      </Line>
      <Line label="Ways to sign in">
        <WaysIn profile={profile} providers={deps.logins.names} />
      </Line>
      <Line label="Sessions">
        <SessionList sessions={sessions} current={caller.proof.id} />
      </Line>
      <Line label="API keys" id="keys">
        <KeyList teams={teams.filter(({ team }) => isAtLeast(team.role, 'responder'))} />
      </Line>
      <Line label="Your data">
        <p>
          <a href="/settings/export">Download everything we hold about you</a> (JSON)
        </p>
        <form method="post" className="ask">
          <input type="hidden" name="act" value="delete" />
          <label htmlFor="sure">Delete your account: type “delete”</label>
          <input id="sure" name="sure" type="text" required pattern="delete" autoComplete="off" />
          <button type="submit" className="second">
            Delete
          </button>
          <p className="hint">
            Your watches end and your addresses are forgotten. What stands in a log stays there, and so does
            the record of what was done, without your name.
          </p>
        </form>
      </Line>
    </Page>
  );
}
