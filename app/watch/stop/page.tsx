import type { Metadata } from 'next';
import { dependencies } from '../../dependencies.ts';
import { identityPath } from '../../find/question.ts';
import { tokenOf } from '../../form.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { DeadLink } from '../dead-link.tsx';
import { findWatch } from '../store.ts';

export const metadata: Metadata = { title: 'Stop watching', robots: { index: false } };

export default async function StopPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const token = tokenOf((await searchParams)['token']);
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { stopToken: token });
  if (watch === undefined || watch.state === 'expired') return <DeadLink />;
  const name = <Stranger text={watch.value} />;
  if (watch.state === 'stopped')
    return (
      <Page>
        <Opening label={<Mark tone="quiet" word="Stopped" />}>
          <h1>No longer watching {name}</h1>
          <p className="lead">
            No further mail is sent about it. The log itself keeps what is signed in this name.
          </p>
          <p>
            <a href={identityPath(watch.value)}>Watch it again</a>
          </p>
        </Opening>
      </Page>
    );
  return (
    <Page>
      <Opening label="Stop">
        <h1>Stop watching {name}?</h1>
        <p className="lead">
          <Stranger text={watch.email} /> will not be told any more when something is signed in this name.
        </p>
        <form method="post">
          <button type="submit">Stop watching</button>
        </form>
      </Opening>
    </Page>
  );
}
