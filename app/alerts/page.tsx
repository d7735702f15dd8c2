import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { teamIds } from '../account/caller.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Press } from '../ui/press.tsx';
import { Stranger } from '../ui/text.tsx';
import { readPosition, writePosition } from './schemas.ts';
import { Inbox } from './inbox.tsx';
import { LastSaid } from './last-said.tsx';
import { NeedsHeading } from './needs-heading.tsx';
import { listAlerts, readNeeds } from './store.ts';
import { builtInViews, readAddress, savedViews, writeAddress, type SavedView } from './views.ts';

export const metadata: Metadata = { title: 'Alerts', robots: { index: false } };

const perPage = 50;

export default async function InboxPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const caller = await callerOfPage('/alerts');
  const deps = dependencies();
  const given = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const query = new URLSearchParams(given);
  const isBare = given.every(([name]) => name === 'said');
  const address = readAddress(isBare ? new URLSearchParams('state=open') : query);
  const before = readPosition(query.get('before') ?? '');
  const { alerts, next } = await listAlerts(deps, caller, { ...address, before, limit: perPage });
  const needs = await readNeeds(deps, caller, deps.now());
  const here = writeAddress(address);
  return (
    <Page>
      <Opening label="Alerts">
        <div className="opening-words stack">
          <h1>
            <NeedsHeading needs={needs} />
          </h1>
          <p className="lead">
            {needs.grave > 0
              ? `${needs.grave} of them unexpected. Say of each whether it was you.`
              : 'What you expect is recorded and not listed here.'}
          </p>
          <LastSaid caller={caller} asked={query.get('said') ?? ''} here={here} />
        </div>
      </Opening>
      <Line label="Views">
        <Views here={here} saved={await savedViews(deps, caller)} />
      </Line>
      <Line label="Inbox">
        <Inbox alerts={alerts} here={here} now={deps.now()} answering={teamIds(caller, 'responder')} />
        {next !== undefined && (
          <p>
            <a href={`/alerts?${here}&before=${writePosition(next)}`}>Earlier ones</a>
          </p>
        )}
      </Line>
    </Page>
  );
}

function Views({ here, saved }: { here: string; saved: readonly SavedView[] }) {
  return (
    <>
      <nav className="choices-in-line" aria-label="Views">
        {[...builtInViews, ...saved].map(({ name, query }) => (
          <a
            key={name}
            href={`/alerts?${query === '' ? 'state=' : query}`}
            aria-current={query === here ? 'page' : undefined}
          >
            <Stranger text={name} />
          </a>
        ))}
      </nav>
      {saved.map(
        (view) =>
          view.query === here && (
            <Press key={view.id} label="Forget this view" fields={{ act: 'forget', id: view.id, here }} />
          ),
      )}
      <details>
        <summary>Keep this view</summary>
        <form method="post" className="ask">
          <input type="hidden" name="act" value="keep" />
          <input type="hidden" name="here" value={here} />
          <label htmlFor="name">Call it</label>
          <input id="name" name="name" type="text" required maxLength={60} />
          <button type="submit">Keep</button>
        </form>
      </details>
    </>
  );
}
