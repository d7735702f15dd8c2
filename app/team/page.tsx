import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Stranger } from '../ui/text.tsx';

export const metadata: Metadata = { title: 'Teams', robots: { index: false } };

export default async function TeamsPage() {
  const caller = await callerOfPage('/team');
  return (
    <Page>
      <Opening label="Teams">
        <h1>Your teams</h1>
        <p className="lead">A team shares watches, alerts, rules and what it proved to own.</p>
        <ul className="stack">
          {caller.teams.map(({ id, name, role, isPersonal }) => (
            <li key={id}>
              <a href={`/team/${id}`}>
                <Stranger text={name} />
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
          <input id="name" name="name" type="text" required maxLength={80} placeholder="Acme release crew" />
          <button type="submit">Make it</button>
        </form>
      </Line>
    </Page>
  );
}
