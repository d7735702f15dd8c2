import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { typedIn } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
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
  const isWrong = asked !== undefined && (name.trim() === '' || name.trim().length > 80);
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
        <form method="post" className="ask">
          <input type="hidden" name="act" value="make" />
          <label htmlFor="name">Its name</label>
          <input
            id="name"
            name="name"
            type="text"
            required
            maxLength={80}
            placeholder="Acme release crew"
            defaultValue={name}
            aria-invalid={isWrong}
            aria-describedby={isWrong ? 'name-problem' : undefined}
          />
          <button type="submit">Make it</button>
          {isWrong && (
            <p id="name-problem" className="problem" role="alert">
              A name has 1 to 80 letters. It should look like Acme release crew.
            </p>
          )}
        </form>
      </Line>
    </Page>
  );
}
