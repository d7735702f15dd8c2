import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Metadata } from 'next';
import { watchTarget, type WatchTarget } from '#lib/identity/watch-target.ts';
import { callerOfPage } from '../../account/asked.ts';
import type { Caller } from '../../account/caller.ts';
import { isAtLeast } from '../../account/roles.ts';
import { dependencies } from '../../dependencies.ts';
import { typedIn } from '../../form.ts';
import { whyNobody } from '../../find/not-understood.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { PackageScope } from '../../ui/package-scope.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { isShownKind, watchKinds, type ShownKind } from '../kinds.ts';
import { previewWatch, type Preview } from '../preview.ts';
import { firstUnwatched, mayWatch, ownAddresses } from '../store.ts';

export const metadata: Metadata = { title: 'Watch something', robots: { index: false } };

export default async function NewWatchPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const caller = await callerOfPage('/watches/new');
  const deps = dependencies();
  const own = await ownAddresses(deps, caller);
  const { kind, text, isOwn } = await whatIsAsked(caller, own, await searchParams);
  const target = text === '' ? undefined : watchTarget(kind, text);
  const mayKeep = target !== undefined && (await mayWatch(deps, caller, target));
  const preview = mayKeep ? await previewWatch(deps, target) : undefined;
  return (
    <Page>
      <Opening label="Watches">
        <h1>Watch something</h1>
        <p className="lead">
          {isOwn
            ? 'Your own address first: nobody watches it yet. Or anything else you answer for.'
            : 'See first what it would have told you of, then keep it.'}
        </p>
        <Ask kind={kind} text={text} isWrong={text !== '' && target === undefined} />
      </Opening>
      {target !== undefined && !mayKeep && (
        <Line label="Not yours yet">
          <p>
            A whole domain names the people behind it, so it is for whoever{' '}
            <a href="/ownership">proved to own it</a>.
          </p>
        </Line>
      )}
      {target !== undefined && preview !== undefined && (
        <>
          <Line label="The last 90 days">
            <Found preview={preview} />
          </Line>
          <Line label="Keep it">
            <Keep target={target} caller={caller} addresses={own} />
          </Line>
        </>
      )}
    </Page>
  );
}

/** Opened bare, it begins with the first address of the reader that none of their teams watches. */
async function whatIsAsked(
  caller: Caller,
  own: readonly string[],
  asked: Record<string, string | string[]>,
): Promise<{ kind: ShownKind; text: string; isOwn: boolean }> {
  const kind = isShownKind(asked['kind']) ? asked['kind'] : undefined;
  const text = typedIn(asked['value']);
  if (kind !== undefined || text !== '') return { kind: kind ?? 'repository', text, isOwn: false };
  const first = await firstUnwatched(dependencies(), caller, own);
  return {
    kind: first === undefined ? 'repository' : 'email',
    text: first ?? '',
    isOwn: first !== undefined,
  };
}

function Ask({ kind, text, isWrong }: { kind: ShownKind; text: string; isWrong: boolean }) {
  return (
    <form method="get" className="stack">
      <p className="field">
        <label htmlFor="kind">What it is</label>
        <select id="kind" name="kind" defaultValue={kind}>
          {Object.entries(watchKinds).map(([name, [words]]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </p>
      <p className="field">
        <label htmlFor="value">Its name</label>
        <input
          id="value"
          name="value"
          type="text"
          required
          defaultValue={text}
          placeholder={watchKinds[kind][1]}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'value-problem' : undefined}
        />
        {isWrong && (
          <span id="value-problem" className="problem" role="alert">
            {whyNobody(text) ?? 'Nothing can be watched by that.'} It should look like {watchKinds[kind][1]}.
          </span>
        )}
      </p>
      {kind === 'package' && <PackageScope />}
      <button type="submit">Try it</button>
    </form>
  );
}

function Found({ preview: { entries, most, names, latest, isPartial, isUnlisted } }: { preview: Preview }) {
  if (isUnlisted && entries === 0)
    return <p>The owner of this address does not want its signatures listed. A watch works all the same.</p>;
  if (entries === 0)
    return (
      <p>
        <strong>0 matches ever seen in 90 days. Is this right?</strong> Watch it all the same if it has not
        signed yet; if it has, look at the spelling.
      </p>
    );
  return (
    <>
      <p>
        It would have matched{' '}
        {entries >= most ? `${most} entries or more` : plural(entries, 'entry', 'entries')}
        {isPartial && ', and there are more names than were looked at'}.
      </p>
      {names.length > 1 && (
        <p className="hint">
          In the names{' '}
          {names.map((name, at) => (
            <span key={name}>
              {at > 0 && ', '}
              <Stranger text={name} />
            </span>
          ))}
        </p>
      )}
      <ul className="bulleted">
        {latest.map(({ logId, index, name, at }) => (
          <li key={`${logId}/${index}`}>
            <Time at={at} />: <a href={`/e/${encodeURIComponent(logId)}/${index}`}>entry {index}</a>,{' '}
            <Stranger text={name} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Keep({
  target,
  caller,
  addresses,
}: {
  target: WatchTarget;
  caller: Caller;
  addresses: readonly string[];
}) {
  if (addresses.length === 0)
    return (
      <p>
        <a href="/settings">Confirm an e-mail address</a> first: that is who we tell.
      </p>
    );
  return (
    <form method="post" className="stack">
      <input type="hidden" name="kind" value={target.kind} />
      <input type="hidden" name="value" value={target.value} />
      <p className="field">
        <label htmlFor="email">Tell this address</label>
        <select id="email" name="email">
          {addresses.map((address) => (
            <option key={address} value={address}>
              {visibleText(address)}
            </option>
          ))}
        </select>
      </p>
      <p className="field">
        <label htmlFor="team">For this team</label>
        <select id="team" name="team">
          {caller.teams
            .filter(({ role }) => isAtLeast(role, 'responder'))
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name)}
              </option>
            ))}
        </select>
      </p>
      <button type="submit">
        Watch <Stranger text={target.value} />
      </button>
    </form>
  );
}
