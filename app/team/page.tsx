import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { nameProblem } from '../account/given-name.ts';
import { typedIn } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { NameForm } from '../ui/name-field.tsx';
import { Stranger } from '../ui/text.tsx';

export const metadata: Metadata = { title: 'Teams', robots: { index: false } };

export default async function TeamsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const caller = await callerOfPage('/team');
  const asked = (await searchParams)['name'];
  const name = typedIn(asked);
  return (
    <Page>
      <Opening label="Teams">
        <h1>Your teams</h1>
        <p className="lead">A team shares watches, alerts, rules and what it proved to own.</p>
        <ul className="stack">
          {caller.teams.map(({ id, name: known, role, isPersonal }) => (
            <li key={id}>
              <a href={`/team/${id}`}>
                <Stranger text={known} />
              </a>{' '}
              <span className="hint">{isPersonal ? 'yours alone' : role}</span>
            </li>
          ))}
        </ul>
      </Opening>
      <Line label="Another one">
        <NameForm
          label="Its name"
          value={name}
          problem={asked === undefined ? undefined : nameProblem(name)}
          example="Acme release crew"
          act="make"
          button="Make it"
        />
      </Line>
    </Page>
  );
}
