import type { Metadata } from 'next';
import { dependencies } from '../../dependencies.ts';
import { watchPath } from '../../find/question.ts';
import { tokensOf } from '../../form.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { DeadLink } from '../dead-link.tsx';
import { findWatch, type Watch } from '../store.ts';
import { isAboutDigest } from './digest.ts';

export const metadata: Metadata = { title: 'Stop watching', robots: { index: false } };

export default async function StopPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const tokens = tokensOf([asked['token'] ?? null].flat());
  const found = await Promise.all(tokens.map((stopToken) => findWatch(dependencies(), { stopToken })));
  const watches = found.flatMap((watch) => (watch === undefined || watch.state === 'expired' ? [] : [watch]));
  const [first] = watches;
  if (first === undefined) return <DeadLink />;
  if (isAboutDigest(asked['only'])) return <StopDigest email={first.email} isStopped={!first.digest} />;
  const watched = watches.filter(({ state }) => state !== 'stopped');
  if (watched.length === 0) return <Stopped watches={watches} isTooLate={asked['undone'] === 'yes'} />;
  return asked['undone'] === 'yes' ? <Resumed watches={watched} /> : <Stop watches={watched} />;
}

function stoppedWhen(watches: readonly Watch[]): string {
  if (watches.length > 1) return 'something is signed that any of them is about';
  return watches[0]?.kind === 'digest' ? 'this file is signed' : 'something is signed in this name';
}

const Names = ({ watches }: { watches: readonly Watch[] }) => (
  <ul className="bulleted">
    {watches.map((watch) => (
      <li key={watch.stopToken}>
        <Stranger text={watch.value} />
        {watch.state === 'stopped' ? (
          <>
            : <a href={watchPath(watch)}>Watch it again</a>
          </>
        ) : (
          <>
            :{' '}
            <a href={`/watch/stop?token=${watch.stopToken}`}>
              Stop {watches.length === 1 ? 'it' : 'this one alone'}
            </a>
          </>
        )}
      </li>
    ))}
  </ul>
);

/** The link in the mail leads here too after a mail program has stopped the watch: the way back is on this page. */
function Stopped({ watches, isTooLate }: { watches: readonly Watch[]; isTooLate: boolean }) {
  const [watch, ...others] = watches;
  if (watch === undefined) return null;
  return (
    <Page>
      <Opening label={<Mark tone="quiet" word="Stopped" />}>
        <h1>
          No longer watching{' '}
          {others.length === 0 ? <Stranger text={watch.value} /> : plural(watches.length, 'name')}
        </h1>
        <p className="lead">No further mail is sent about it. The log itself keeps what is signed.</p>
        {isTooLate ? (
          <p>This can be taken back for a day, and not where its team has stopped it.</p>
        ) : (
          <form method="post">
            <input type="hidden" name="act" value="undo" />
            <button type="submit" className="second">
              Undo: watch {others.length === 0 ? 'it' : 'them all'} again
            </button>
          </form>
        )}
        {others.length === 0 ? (
          <p>
            <a href={watchPath(watch)}>What is signed in its name</a>
          </p>
        ) : (
          <Names watches={watches} />
        )}
      </Opening>
    </Page>
  );
}

function Resumed({ watches }: { watches: readonly Watch[] }) {
  return (
    <Page>
      <Opening label={<Mark tone="good" word="Watching again" />}>
        <h1>Taken back</h1>
        <p className="lead">Watched as before:</p>
        <Names watches={watches} />
      </Opening>
    </Page>
  );
}

function Stop({ watches }: { watches: readonly Watch[] }) {
  const [watch, ...others] = watches;
  if (watch === undefined) return null;
  const isOne = others.length === 0;
  return (
    <Page>
      <Opening label="Stop">
        <h1>Stop watching {isOne ? <Stranger text={watch.value} /> : `these ${watches.length} names`}?</h1>
        <p className="lead">
          <Stranger text={watch.email} /> will not be told any more when {stoppedWhen(watches)}.
        </p>
        {!isOne && <Names watches={watches} />}
        <form method="post">
          <button type="submit">Stop watching{!isOne && ' them all'}</button>
        </form>
      </Opening>
    </Page>
  );
}

function StopDigest({ email, isStopped }: { email: string; isStopped: boolean }) {
  return (
    <Page>
      <Opening label={isStopped ? <Mark tone="quiet" word="Stopped" /> : 'Weekly mail'}>
        <h1>{isStopped ? 'No weekly mail any more' : 'Stop the weekly mail?'}</h1>
        <p className="lead">
          Alerts still go to <Stranger text={email} />. Without the weekly mail you do not notice when we have
          fallen silent.
        </p>
        {!isStopped && (
          <form method="post">
            <button type="submit">Stop the weekly mail</button>
          </form>
        )}
      </Opening>
    </Page>
  );
}
