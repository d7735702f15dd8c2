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
  const asked = await searchParams;
  const stopToken = tokenOf(asked['stop']);
  const done = stopToken === undefined ? undefined : await findWatch(dependencies(), { stopToken });
  if (done?.state === 'confirmed') return <Watching watch={done} />;
  const token = tokenOf(asked['token']);
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { confirmToken: token });
  switch (watch?.state) {
    case 'pending':
      return <Ask watch={watch} />;
    case 'confirmed':
      return <Used />;
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
              : watch.kind === 'pgp-user'
                ? 'a PGP key that claims this user id signs something; nobody checks such claims'
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

/** A link that did its work: who finds it later learns nothing and sets nothing. */
function Used() {
  return (
    <Page>
      <Opening label="Link">
        <h1>This link was used already</h1>
        <p className="lead">
          It works once, and what it asked for is on. <a href="/sign-in?next=%2Fwatches">Sign in</a> to see
          and set what you watch.
        </p>
      </Opening>
    </Page>
  );
}

async function Watching({ watch }: { watch: Watch }) {
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
          {watch.teamId === null ? (
            'With the first alert, or signed in with this address, you can'
          ) : (
            <>
              <a href={`/watch/settings?watch=${watch.id}`}>Here</a> you can
            </>
          )}{' '}
          say which signatures you expect, and be told of the others alone.
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
