import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { listApiKeys } from '../account/api-key.ts';
import { nameProblem } from '../account/given-name.ts';
import { isAtLeast } from '../account/roles.ts';
import { readProfile } from '../account/profile.ts';
import { listSessions } from '../account/session.ts';
import { dependencies } from '../dependencies.ts';
import { typedIn } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Press } from '../ui/press.tsx';
import { NameForm } from '../ui/name-field.tsx';
import { Stranger } from '../ui/text.tsx';
import { KeyList } from './key-list.tsx';
import { SessionList } from './session-list.tsx';
import { WaysIn } from './ways-in.tsx';

export const metadata: Metadata = { title: 'Settings', robots: { index: false } };

export default async function SettingsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const typed = (field: string) => (asked[field] === undefined ? undefined : typedIn(asked[field]));
  const name = typed('name');
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
        <NameForm
          label="What your teams call you"
          value={name ?? profile.name}
          problem={name === undefined ? undefined : nameProblem(name, { mayBeEmpty: true })}
          example="Jane"
          act="rename"
          button="Save"
          autoComplete="name"
          mayBeEmpty
        />
      </Line>
      <Line label="Ways to sign in">
        <WaysIn profile={profile} providers={deps.logins.names} typed={typed('address')} />
      </Line>
      <Line label="Sessions">
        <SessionList sessions={sessions} current={caller.proof.id} />
      </Line>
      <Line label="API keys" id="keys">
        <KeyList
          teams={teams.filter(({ team }) => isAtLeast(team.role, 'responder'))}
          refused={{ name: typed('key'), team: typed('team') }}
        />
      </Line>
      <Line label="Your data">
        <p>
          <a href="/settings/export">Download everything we hold about you</a> (JSON)
        </p>
        <DeleteForm typed={typed('sure')} />
      </Line>
    </Page>
  );
}

function DeleteForm({ typed }: { typed: string | undefined }) {
  const isWrong = typed !== undefined;
  return (
    <form method="post" className="ask" id="delete">
      <input type="hidden" name="act" value="delete" />
      <label htmlFor="sure">Delete your account: type “delete”</label>
      <input
        id="sure"
        name="sure"
        type="text"
        required
        pattern="delete"
        autoComplete="off"
        defaultValue={typed}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? 'sure-problem' : undefined}
      />
      <button type="submit" className="second">
        Delete
      </button>
      {isWrong && (
        <p id="sure-problem" className="problem" role="alert">
          Nothing was deleted: the word is delete.
        </p>
      )}
      <p className="hint">
        Your watches end, what you froze is lifted, and your addresses are forgotten. What stands in a log
        stays there, and so does the record of what was done, without your name.
      </p>
    </form>
  );
}
