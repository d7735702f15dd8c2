import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { legibleName } from '#lib/identity/legible.ts';
import type { Identity } from '#lib/identity/normalise.ts';
import { readsAsOwner, unlistedAmong } from '../../account/ownership/unlisting.ts';
import { visitor } from '../../account/asked.ts';
import { teamIds } from '../../account/caller.ts';
import { zoneOfPage } from '../../clock/zone-of-page.ts';
import { dependencies, type Dependencies } from '../../dependencies.ts';
import { identityPath, identityText, kindName, readIdentity } from '../../find/question.ts';
import { SearchBox } from '../../find/search-box.tsx';
import { Stamp } from '../../logs/stamp.tsx';
import { listLogs } from '../../logs/store.ts';
import { inOneSnapshot } from '../../snapshot.ts';
import { readCursor, writeCursor, type Cursor } from '../../signings/cursor.ts';
import { RhythmLine } from '../../rhythm/rhythm-line.tsx';
import { departuresIn } from '../../rhythm/departures.ts';
import { unusualIn } from '../../rhythm/rhythm.ts';
import { countHours, rhythmsOf } from '../../rhythm/store.ts';
import { findBuilds } from '../../signings/builds.ts';
import { findClaims } from '../../signings/claims.ts';
import { FacetList } from '../../signings/facet-list.tsx';
import { isNarrowed, narrowingQuery, readNarrowing, type Narrowing } from '../../signings/facets.ts';
import { findLookAlikes, findPlaces } from '../../signings/related.ts';
import { SigningList } from '../../signings/signing-list.tsx';
import { findSpellings } from '../../signings/spellings.ts';
import { countUnusedCertificates, findSignings } from '../../signings/store.ts';
import { frozenForWatcher } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Time } from '../../ui/text.tsx';
import { WatchForm } from '../../watch/watch-form.tsx';
import { searchOf } from './exported.ts';
import { NotListed } from './not-listed.tsx';
import { Beside } from './beside.tsx';
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
  const { found, places, builds, alike, forgeries, unused, claims, logs, rhythm, spellings } =
    await inOneSnapshot(deps, (reads) => readResult(reads, { identity, asOwner, chosen, after }));
  const frozen = await frozenForWatcher(deps, caller, identity.value);
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
      {found.total > 0 && after === undefined && !narrowed && <RhythmLine rhythms={rhythm} />}
      <Line label={found.total === 0 ? 'Be told' : 'Be told of the next'}>
        <WatchForm identity={identity} again={found.total > 0} problem={problem} />
      </Line>
      {(found.total > 0 || narrowed) && (
        <Line label="Signatures, newest first">
          <FacetList path={path} places={places} builds={builds} chosen={chosen} spellings={spellings} />
          <SigningList signings={found.signings} unusual={unusualIn(rhythm.own)} />
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
      <Beside
        identity={identity}
        alike={alike}
        spellings={spellings}
        unused={unused}
        forgeries={forgeries}
        claims={claims}
        now={deps.now()}
      />
      <Line label="How complete">
        <Stamp logs={logs} now={deps.now()} />
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

interface ResultAsked {
  readonly identity: Identity;
  readonly asOwner: boolean;
  readonly chosen: Narrowing;
  readonly after: Cursor | undefined;
}

async function readResult(deps: Dependencies, { identity, asOwner, chosen, after }: ResultAsked) {
  const name = { identity: identity.value, asOwner };
  const [found, places, builds, alike, forgeries, unused, claims, logs, counted] = await Promise.all([
    findSignings(deps, { ...searchOf(chosen, deps.now()), ...name, after, limit: pageSize }),
    findPlaces(deps, identity.value),
    findBuilds(deps, identity.value),
    findLookAlikes(deps, identity),
    findSignings(deps, { ...name, limit: 20, standing: 'forgery' }),
    countUnusedCertificates(deps, identity.value),
    findClaims(deps, identity),
    listLogs(deps),
    countHours(deps, identity.value),
  ]);
  const names = [identity.value, ...places.map(({ source }) => source), ...alike.map(({ value }) => value)];
  return {
    found,
    places,
    builds,
    alike,
    forgeries,
    unused,
    claims,
    logs,
    rhythm: rhythmsOf(counted, departuresIn(builds), await zoneOfPage()),
    spellings: await findSpellings(deps, names),
  };
}
