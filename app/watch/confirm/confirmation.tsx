/** What the link of a confirmation mail opens: the question, and then what became of it. */
import { dependencies } from '../../dependencies.ts';
import { watchPath } from '../../find/question.ts';
import { findSignings } from '../../signings/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { alsoConfirmed, alsoWaiting, type Waiting } from '../confirmation.ts';
import { DeadLink } from '../dead-link.tsx';
import { findWatch, type Watch } from '../store.ts';

interface Asked {
  readonly token: string | undefined;
  /** What the press that confirmed a watch left in this browser. */
  readonly held: string | undefined;
}

export async function Confirmation({ token, held }: Asked) {
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { confirmToken: token });
  switch (watch?.state) {
    case 'pending':
      return <Ask watch={watch} also={await alsoWaiting(dependencies(), watch)} />;
    case 'confirmed':
      return watch.stopToken === held ? <Watching watch={watch} /> : <Used />;
    case 'stopped':
    case 'expired':
    case undefined:
      return <DeadLink />;
  }
}

function Ask({ watch, also }: { watch: Watch; also: readonly Waiting[] }) {
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
        <form method="post" className="stack">
          {also.length > 0 && <Also waiting={also} />}
          <button type="submit">Confirm</button>
        </form>
        <p className="soft">Did not ask for this? Close the page; nothing happens.</p>
      </Opening>
    </Page>
  );
}

/** One inbox gets few mails of this kind: what else was asked for with it is answered here. */
function Also({ waiting }: { waiting: readonly Waiting[] }) {
  return (
    <fieldset>
      <legend>Also asked for with this address. Take the tick away from what you do not know.</legend>
      {waiting.map(({ id, value }) => (
        <label key={id} className="choice">
          <input type="checkbox" name={id} value="yes" defaultChecked /> <Stranger text={value} />
        </label>
      ))}
    </fieldset>
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
  const others = await alsoConfirmed(dependencies(), watch);
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
      {others.length > 0 && (
        <Line label="Watched too">
          <ul className="bulleted">
            {others.map(({ value, stopToken }) => (
              <li key={stopToken}>
                <Stranger text={value} />: <a href={`/watch/stop?token=${stopToken}`}>Stop watching</a>
              </li>
            ))}
          </ul>
        </Line>
      )}
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
