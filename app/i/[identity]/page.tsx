import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { legibleName } from '#lib/identity/legible.ts';
import { readsAsOwner, unlistedAmong } from '../../account/ownership/unlisting.ts';
import { visitor } from '../../account/asked.ts';
import { teamIds } from '../../account/caller.ts';
import { dependencies } from '../../dependencies.ts';
import { identityPath, identityText, kindName, readIdentity } from '../../find/question.ts';
import { SearchBox } from '../../find/search-box.tsx';
import { Stamp } from '../../logs/stamp.tsx';
import { listLogs } from '../../logs/store.ts';
import { readCursor, writeCursor } from '../../signings/cursor.ts';
import { RhythmLine } from '../../rhythm/rhythm-line.tsx';
import { findRhythm } from '../../rhythm/store.ts';
import { FacetList } from '../../signings/facet-list.tsx';
import { isNarrowed, narrowingQuery, readNarrowing } from '../../signings/facets.ts';
import { LookAlikeList } from '../../signings/look-alike-list.tsx';
import { findLookAlikes, findPlaces } from '../../signings/related.ts';
import { SigningList } from '../../signings/signing-list.tsx';
import { findSpellings } from '../../signings/spellings.ts';
import { countUnusedCertificates, findSignings } from '../../signings/store.ts';
import { frozenForWatcher } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Time } from '../../ui/text.tsx';
import { grouped, plural } from '../../ui/time.ts';
import { WatchForm } from '../../watch/watch-form.tsx';
import { searchOf } from './exported.ts';
import { NotListed } from './not-listed.tsx';
import { SpellingLine } from './spelling-line.tsx';
import { TakeAway } from './take-away.tsx';
import { Verdict } from './verdict.tsx';

interface Asked {
  readonly params: Promise<{ identity: string }>;
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

const pageSize = 50;

export async function generateMetadata({ params }: Asked): Promise<Metadata> {
  const text = decodeURIComponent((await params).identity);
  const identity = readIdentity(text);
  const person = identity?.kind !== 'repository';
  const path = `${dependencies().config.web.url}${identityPath(identity === undefined ? text : identityText(identity))}`;
  return {
    title: visibleText(legibleName(text), 80),
    // One address, however it was narrowed or paged.
    alternates: {
      canonical: path,
      types: { 'application/atom+xml': `${path}/feed.atom`, 'application/feed+json': `${path}/feed.json` },
    },
    // An address of a person is no business of search engines.
    robots: person ? { index: false, follow: false } : { index: true },
  };
}

export default async function IdentityPage({ params, searchParams }: Asked) {
  const deps = dependencies();
  const text = decodeURIComponent((await params).identity);
  const identity = readIdentity(text);
  if (identity === undefined) redirect(`/?q=${encodeURIComponent(text.slice(0, 2000))}`);
  const path = identityPath(identityText(identity));
  if (identityText(identity) !== text) redirect(path);
  const query = await searchParams;
  const { after: afterText } = query;
  const problem = query['problem'] === 'email' ? 'That is not an address we can write to.' : undefined;
  const caller = await visitor();
  const unlisted = (await unlistedAmong(deps, [identity.value])).size > 0;
  const asOwner =
    unlisted && caller !== undefined && (await readsAsOwner(deps, teamIds(caller), identity.value));
  if (unlisted && !asOwner) return <NotListed identity={identity} problem={problem} />;
  const chosen = readNarrowing(query);
  const narrowed = isNarrowed(chosen);
  const after = typeof afterText === 'string' ? readCursor(afterText) : undefined;
  const [found, places, alike, forgeries, unused, logs, rhythm] = await Promise.all([
    findSignings(deps, {
      ...searchOf(chosen, deps.now()),
      identity: identity.value,
      after,
      limit: pageSize,
      asOwner,
    }),
    findPlaces(deps, identity.value),
    findLookAlikes(deps, identity),
    findSignings(deps, { identity: identity.value, limit: 20, standing: 'forgery', asOwner }),
    countUnusedCertificates(deps, identity.value),
    listLogs(deps),
    findRhythm(deps, identity.value),
  ]);
  const [frozen, spellings] = await Promise.all([
    frozenForWatcher(deps, caller, identity.value),
    findSpellings(deps, [
      identity.value,
      ...places.map(({ source }) => source),
      ...alike.map(({ value }) => value),
    ]),
  ]);
  return (
    <Page>
      <Opening label={kindName(identity.kind)}>
        <Verdict
          identity={identity}
          exact={spellings.usual(identity.value)}
          found={found}
          logs={logs}
          now={deps.now()}
          paged={after !== undefined}
          narrowed={narrowed}
        />
      </Opening>
      <SpellingLine identity={identity} spellings={spellings.of(identity.value)} />
      {frozen !== undefined && (
        <Line label="Frozen">
          <p>
            Its owner had issuance for this name stopped at our authority, <Time at={frozen} />. You see this
            since you watch it.
          </p>
        </Line>
      )}
      {found.total > 0 && after === undefined && !narrowed && <RhythmLine rhythm={rhythm} />}
      <Line label={found.total === 0 ? 'Be told' : 'Be told of the next'}>
        <WatchForm identity={identity} again={found.total > 0} problem={problem} />
      </Line>
      {(found.total > 0 || narrowed) && (
        <Line label="Signatures, newest first">
          <FacetList path={path} places={places} chosen={chosen} spellings={spellings} />
          <SigningList signings={found.signings} />
          {found.next !== undefined && (
            <p>
              <a href={path + narrowingQuery(chosen, { after: writeCursor(found.next) })} rel="next">
                Older signatures
              </a>
            </p>
          )}
          {asOwner ? (
            <p className="soft">
              You see these since you proved that the address is yours; they are not listed.
            </p>
          ) : (
            <TakeAway path={path} query={narrowingQuery(chosen)} />
          )}
        </Line>
      )}
      {alike.length > 0 && (
        <Line label="Names that look alike">
          <p>
            {alike.length === 1 ? 'This is another name' : 'These are other names'}, with signatures of{' '}
            {alike.length === 1 ? 'its' : 'their'} own. None is counted above.
          </p>
          <LookAlikeList names={alike} of={identity.value} spellings={spellings} now={deps.now()} />
        </Line>
      )}
      {unused.total > 0 && (
        <Line label="Issued, not seen used">
          <p>
            {unused.bounded && 'Among the newest: '}
            {plural(unused.total, 'certificate')} in this name {unused.total === 1 ? 'was' : 'were'} issued
            with which nothing was signed in a log we read. A signature kept out of the logs would look like
            this.
          </p>
        </Line>
      )}
      {forgeries.total > 0 && (
        <Line label="Forgery attempts">
          <p>
            {forgeries.total === 1 ? 'One entry' : `${grouped(forgeries.total)} entries`} in this name with a
            certificate that no authority we trust has issued. Anyone can write such an entry and no verifier
            accepts it: these are not signatures by this identity.
          </p>
          <SigningList signings={forgeries.signings} />
        </Line>
      )}
      <Line label="How complete">
        <Stamp logs={logs} />
        <p className="soft">
          Nothing found is no proof of safety: other logs, and signatures that never went into a log, are not
          covered.
        </p>
      </Line>
      <Line label="Look up another">
        <SearchBox />
      </Line>
    </Page>
  );
}
