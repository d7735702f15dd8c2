import type { Metadata } from 'next';
import { dependencies } from '../../dependencies.ts';
import { watchPath } from '../../find/question.ts';
import { tokenOf } from '../../form.ts';
import { findSignings } from '../../signings/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { DeadLink } from '../dead-link.tsx';
import { findWatch, type Watch } from '../store.ts';

export const metadata: Metadata = { title: 'Watch', robots: { index: false } };

export default async function ConfirmPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const token = tokenOf((await searchParams)['token']);
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { confirmToken: token });
  switch (watch?.state) {
    case 'pending':
      return <Ask watch={watch} />;
    case 'confirmed':
      return <Watching watch={watch} token={token ?? ''} />;
    case 'stopped':
    case 'expired':
    case undefined:
      return <DeadLink />;
  }
}

function Ask({ watch }: { watch: Watch }) {
  return (
    <Page>
      <Opening label="Confirm">
        <h1>
          Watch <Stranger text={watch.value} />?
        </h1>
        <p className="lead">
          We will write to <Stranger text={watch.email} /> when{' '}
          {watch.kind === 'digest'
            ? 'this file is signed'
            : watch.kind === 'package'
              ? 'a signed statement names it'
              : 'something is signed in this name'}
          .
        </p>
        {/* No action: the form is sent to this very address, which holds the token. */}
        <form method="post">
          <button type="submit">Confirm</button>
        </form>
        <p className="soft">Did not ask for this? Close the page; nothing happens.</p>
      </Opening>
    </Page>
  );
}

async function Watching({ watch, token }: { watch: Watch; token: string }) {
  const isFile = watch.kind === 'digest';
  const search = isFile ? { digest: watch.value.replace(/^sha256:/, '') } : { identity: watch.value };
  const { total, unlisted } = await findSignings(dependencies(), { ...search, limit: 1 });
  const where = isFile ? 'of this file' : 'in this name';
  return (
    <Page>
      <Opening label={<Mark tone="good" word="Confirmed" />}>
        <h1>
          Watching <Stranger text={watch.value} />
        </h1>
        <p className="lead">
          {total > 0
            ? `We saw ${plural(total, 'past signature')}.`
            : unlisted
              ? `Signatures ${where} are not listed, as its owner wants.`
              : `We have seen no signature ${where} yet.`}{' '}
          {total > 0 && (
            <a href={watchPath(watch)}>Look whether you recognise {total === 1 ? 'it' : 'them'}</a>
          )}
        </p>
        <p>
          From now on you get a mail within seconds of a signature {where}. Every such mail ends with a link
          that stops this watch.
        </p>
      </Opening>
      <Line label="What is routine">
        <p>
          <a href={`/watch/settings?token=${token}`}>Say which signatures you expect</a>, and be told of the
          others alone.
        </p>
      </Line>
      <Line label="Stop again">
        <p>
          <a href={`/watch/stop?token=${watch.stopToken}`}>Stop watching</a>
        </p>
      </Line>
    </Page>
  );
}
