import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { AnswerMark } from '../alert/answer-mark.tsx';
import { AlertSentence, VerdictMark } from '../alert/alert-facts.tsx';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Press } from '../ui/press.tsx';
import { Ago, Stranger } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { readPosition, writePosition } from './schemas.ts';
import { countAlerts, listAlerts, type InboxAlert } from './store.ts';
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
  const address = readAddress(given.length === 0 ? new URLSearchParams('state=open') : query);
  const before = readPosition(query.get('before') ?? '');
  const { alerts, next } = await listAlerts(deps, caller, { ...address, before, limit: perPage });
  const counts = await countAlerts(deps, caller);
  const here = writeAddress(address);
  return (
    <Page>
      <Opening label="Alerts">
        <h1>
          {counts.open === 0
            ? 'Nothing needs an answer'
            : `${plural(counts.open, 'alert')} without an answer`}
        </h1>
        <p className="lead">
          {counts.grave > 0
            ? `${counts.grave} of them unexpected. Say of each whether it was you.`
            : 'What you expect is recorded and not listed here.'}
        </p>
        <p>
          <a href="/watches">Watches</a>, <a href="/intents">announcements</a>, <a href="/freezes">freezes</a>
        </p>
      </Opening>
      <Line label="Views">
        <Views here={here} saved={await savedViews(deps, caller)} />
      </Line>
      <Line label="Inbox">
        {alerts.length === 0 ? <p>None.</p> : <Inbox alerts={alerts} here={here} now={deps.now()} />}
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

function Inbox({ alerts, here, now }: { alerts: readonly InboxAlert[]; here: string; now: Date }) {
  return (
    <form method="post" className="stack" data-inbox="">
      <input type="hidden" name="here" value={here} />
      <ul className="rows">
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} now={now} />
        ))}
      </ul>
      <p className="field">
        <label htmlFor="reason">Why, if you want to say</label>
        <input id="reason" name="reason" type="text" maxLength={500} />
      </p>
      <div className="choices">
        <button type="submit" name="act" value="mine">
          These were me
        </button>
        <button type="submit" name="act" value="not-mine" className="second">
          These weren’t me
        </button>
        <button type="submit" name="act" value="acknowledged" className="second">
          Seen, looking into it
        </button>
        <button type="submit" name="act" value="resolved" className="second">
          Close
        </button>
        <button type="submit" name="act" value="reopened" className="second">
          Open again
        </button>
        <button type="submit" name="act" value="undo" className="second">
          Take the answer back
        </button>
      </div>
      <p className="hint">Acts on what is ticked, and on all that are one event with it.</p>
    </form>
  );
}

function Row({ alert, now }: { alert: InboxAlert; now: Date }) {
  const { id, state, verdict, reasons, happenedAt, eventCount, watch } = alert;
  return (
    <li className="inbox-row">
      <input type="checkbox" name={`alert-${id}`} id={`alert-${id}`} aria-label="Tick this alert" />
      <div>
        <p>
          <VerdictMark verdict={verdict} /> <AnswerMark answer={state} />{' '}
          <span className="soft">
            <Ago at={happenedAt} now={now} />
          </span>
        </p>
        <p>
          <a href={`/alerts/${id}`}>
            <AlertSentence alert={alert} />
          </a>
          {eventCount > 1 && `, ${eventCount} signatures in one event`}
        </p>
        <p className="hint">
          {reasons[0]?.words} Watched: <Stranger text={watch.value} />
        </p>
      </div>
    </li>
  );
}
