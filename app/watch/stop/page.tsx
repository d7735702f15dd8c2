import type { Metadata } from 'next';
import { dependencies } from '../../dependencies.ts';
import { watchPath } from '../../find/question.ts';
import { tokenOf } from '../../form.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { DeadLink } from '../dead-link.tsx';
import { findWatch } from '../store.ts';
import { isAboutDigest } from './digest.ts';

export const metadata: Metadata = { title: 'Stop watching', robots: { index: false } };

export default async function StopPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const token = tokenOf(asked['token']);
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { stopToken: token });
  if (watch === undefined || watch.state === 'expired') return <DeadLink />;
  if (isAboutDigest(asked['only'])) return <StopDigest email={watch.email} isStopped={!watch.digest} />;
  const name = <Stranger text={watch.value} />;
  if (watch.state === 'stopped')
    return (
      <Page>
        <Opening label={<Mark tone="quiet" word="Stopped" />}>
          <h1>No longer watching {name}</h1>
          <p className="lead">No further mail is sent about it. The log itself keeps what is signed.</p>
          <p>
            <a href={watchPath(watch)}>Watch it again</a>
          </p>
        </Opening>
      </Page>
    );
  return (
    <Page>
      <Opening label="Stop">
        <h1>Stop watching {name}?</h1>
        <p className="lead">
          <Stranger text={watch.email} /> will not be told any more when{' '}
          {watch.kind === 'digest' ? 'this file is signed' : 'something is signed in this name'}.
        </p>
        <form method="post">
          <button type="submit">Stop watching</button>
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
