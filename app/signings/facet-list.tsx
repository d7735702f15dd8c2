import { legibleName } from '#lib/identity/legible.ts';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import {
  buildFacetOf,
  buildFacets,
  facetOf,
  isNarrowed,
  narrowingQuery,
  timeRanges,
  type BuildFacet,
  type CountedPlace,
  type FacetName,
  type FacetValue,
  type Narrowing,
} from './facets.ts';
import type { Builds } from './builds.ts';
import type { Spellings } from './spellings.ts';

interface Shown {
  readonly path: string;
  readonly places: readonly CountedPlace[];
  readonly builds: Builds;
  readonly chosen: Narrowing;
  readonly spellings: Spellings;
}

const labels = {
  issuer: 'Login by',
  source: 'Repository',
  log: 'Log',
  workflow: 'Workflow',
  trigger: 'Started by',
  ref: 'Branch or tag',
} as const;
const without = {
  issuer: 'a bare key',
  source: 'no repository',
  log: '',
  workflow: '',
  trigger: '',
  ref: '',
} as const;
const valuesShown = 8;
/** So many are seen at a glance, without a choice of time. */
const fewest = 5;

/** Plain links: each is an address that can be kept and sent. A facet with nothing to choose is left out. */
export function FacetList({ path, places, builds, chosen, spellings }: Shown) {
  const facets = [
    ...(['source', 'issuer', 'log'] as const).map(
      (name) => [name, facetOf(name, countedUnder(builds, chosen) ?? places, chosen)] as const,
    ),
    ...buildFacets.map((name) => [name, buildFacetOf(name, builds.newest, chosen)] as const),
  ].filter(([name, values]) => values.length > 1 || chosen[name] !== undefined);
  const isMany = places.reduce((sum, { entries }) => sum + entries, 0) > fewest || chosen.days !== undefined;
  if (facets.length === 0 && !isMany && !isNarrowed(chosen)) return null;
  return (
    <dl className="facts facets">
      {facets.map(([name, values]) => (
        <div key={name}>
          <dt>{labels[name]}</dt>
          <dd>
            <Values path={path} name={name} values={values} chosen={chosen} spellings={spellings} />
            {isOfBuild(name) && !builds.isAll && (
              <p className="hint">Of the newest {grouped(builds.newest.length)} alone.</p>
            )}
          </dd>
        </div>
      ))}
      {isMany && (
        <div>
          <dt>Seen</dt>
          <dd>
            <ul className="choices-in-line">
              {timeRanges.map((days) => (
                <li key={days}>
                  <Choice
                    href={
                      path +
                      narrowingQuery({
                        ...chosen,
                        since: undefined,
                        days: chosen.days === days ? undefined : days,
                      })
                    }
                    chosen={chosen.days === days}
                  >
                    {days === 365 ? 'last year' : `last ${days} days`}
                  </Choice>
                </li>
              ))}
            </ul>
          </dd>
        </div>
      )}
      {isNarrowed(chosen) && (
        <div>
          <dt>Narrowed</dt>
          <dd>
            {chosen.since !== undefined && (
              <>
                Since <Time at={new Date(chosen.since)} />.{' '}
              </>
            )}
            <a href={path}>Show all again</a>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Under a choice of what builds say, places are counted by those builds. */
function countedUnder({ newest }: Builds, chosen: Narrowing): readonly CountedPlace[] | undefined {
  if (buildFacets.every((name) => chosen[name] === undefined)) return undefined;
  return newest
    .filter((build) =>
      buildFacets.every((name) => chosen[name] === undefined || chosen[name] === build[name]),
    )
    .map(({ log, issuer, source }) => ({ log, issuer: issuer ?? '', source: source ?? '', entries: 1 }));
}

function isOfBuild(name: FacetName | BuildFacet): name is BuildFacet {
  return buildFacets.some((one) => one === name);
}

function Values(props: {
  path: string;
  name: FacetName | BuildFacet;
  values: readonly FacetValue[];
  chosen: Narrowing;
  spellings: Spellings;
}) {
  const { path, name, values, chosen, spellings } = props;
  const shown = values.filter((value, at) => at < valuesShown || value.chosen);
  return (
    <ul className="choices-in-line">
      {shown.map(({ value, entries, chosen: isChosen }) => (
        <li key={value}>
          <Choice
            href={path + narrowingQuery({ ...chosen, [name]: isChosen ? undefined : value })}
            chosen={isChosen}
          >
            {value === '' ? without[name] : <Stranger text={shownValue(name, value, spellings)} limit={90} />}
          </Choice>{' '}
          <span className="soft">{grouped(entries)}</span>
        </li>
      ))}
      {values.length > shown.length && (
        <li className="soft">{grouped(values.length - shown.length)} more, in the export</li>
      )}
    </ul>
  );
}

function shownValue(name: FacetName | BuildFacet, value: string, spellings: Spellings): string {
  if (name === 'workflow') return legibleName(value.replace(/^https:\/\//, ''));
  if (isOfBuild(name)) return value;
  return legibleName(name === 'source' ? spellings.usual(value) : value);
}

function Choice({ href, chosen, children }: { href: string; chosen: boolean; children: React.ReactNode }) {
  return (
    <a href={href} rel="nofollow" aria-current={chosen ? 'true' : undefined}>
      {children}
      {chosen && (
        <>
          <span aria-hidden="true"> ×</span>
          <span className="unseen">, take back</span>
        </>
      )}
    </a>
  );
}
