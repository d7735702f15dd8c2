import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { teamIds, type Caller } from '../account/caller.ts';
import { dependencies } from '../dependencies.ts';
import { typedIn, withTyped } from '../form.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { FreezeForm, type FreezeProblem } from './freeze-form.tsx';
import { proofLacking } from './proof-first.ts';
import { listFreezes, listWatchedFreezes, readFreezeName } from './store.ts';

export const metadata: Metadata = { title: 'Freezes', robots: { index: false } };

export default async function FreezesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const identity = typedIn(asked['identity']);
  // A mailed page leads here with the name, and signing in must not lose it.
  const caller = await callerOfPage(identity === '' ? '/freezes' : withTyped('/freezes', { identity }));
  const freezes = await listFreezes(dependencies(), caller);
  const watched = await listWatchedFreezes(dependencies(), caller);
  const owned = teamIds(caller, 'owner');
  return (
    <Page>
      <Opening label="Freezes">
        <h1>Stop issuance for a name of yours</h1>
        <p className="lead">
          From the next request on our authority issues no certificate for it, to anybody, until you lift the
          freeze. Other authorities do not hear of it.
        </p>
        <p className="hint">
          For names you <a href="/ownership">proved to own</a>. Everybody who watches the name sees that it is
          frozen.
        </p>
        <FreezeForm
          identity={identity}
          reason={typedIn(asked['reason'])}
          problem={await problemOf(caller, identity, asked['problem'])}
        />
      </Opening>
      {watched.length > 0 && (
        <Line label="Frozen by others">
          <ul className="bulleted">
            {watched.map(({ value, since }) => (
              <li key={value}>
                <Mark tone="bad" word="Frozen" /> <Stranger text={value} />, by its owner, <Time at={since} />
              </li>
            ))}
          </ul>
        </Line>
      )}
      <Line label="Yours so far">
        {identity === '' && asked['problem'] === 'unreached' && (
          <p className="problem" role="alert">
            The certificate authority could not be reached: it is frozen as before. Press “Lift it” again in a
            moment.
          </p>
        )}
        {freezes.length === 0 ? (
          <p>None.</p>
        ) : (
          <RecordList>
            {freezes.map(({ id, teamId, value, madeBy, reason, createdAt, liftedAt, liftedBy }) => (
              <Record
                key={id}
                acts={
                  liftedAt === null &&
                  owned.includes(teamId) && <Press label="Lift it" fields={{ act: 'lift', id }} />
                }
              >
                <p>
                  {liftedAt === null ? (
                    <Mark tone="bad" word="Frozen" />
                  ) : (
                    <Mark tone="quiet" word="Lifted" />
                  )}{' '}
                  <Stranger text={value} />
                </p>
                <p className="hint">
                  By <Stranger text={madeBy} />, <Time at={createdAt} />
                  {reason !== null && reason !== '' && (
                    <>
                      : “<Stranger text={reason} />”
                    </>
                  )}
                  {liftedAt !== null && (
                    <>
                      . Lifted by <Stranger text={liftedBy ?? 'somebody'} />, <Time at={liftedAt} />
                    </>
                  )}
                </p>
              </Record>
            ))}
          </RecordList>
        )}
      </Line>
    </Page>
  );
}

async function problemOf(
  caller: Caller,
  identity: string,
  said: string | string[] | undefined,
): Promise<FreezeProblem | undefined> {
  if (identity === '') return undefined;
  const name = readFreezeName(identity);
  if (name === undefined) return 'no-name';
  return (await proofLacking(dependencies(), caller, name)) ?? (said === 'unreached' ? said : undefined);
}
