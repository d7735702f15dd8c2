import { legibleName } from '#lib/identity/legible.ts';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import {
  facetOf,
  isNarrowed,
  narrowingQuery,
  timeRanges,
  type CountedPlace,
  type FacetName,
  type FacetValue,
  type Narrowing,
} from './facets.ts';
import type { Spellings } from './spellings.ts';

interface Shown {
  readonly path: string;
  readonly places: readonly CountedPlace[];
  readonly chosen: Narrowing;
  readonly spellings: Spellings;
}

const labels = { issuer: 'Login by', source: 'Repository', log: 'Log' } as const;
const without = { issuer: 'a bare key', source: 'no repository', log: '' } as const;
const valuesShown = 8;

/** Plain links: each is an address that can be kept and sent. A facet with nothing to choose is left out. */
export function FacetList({ path, places, chosen, spellings }: Shown) {
  return (
    <dl className="facts facets">
      {(['source', 'issuer', 'log'] as const).map((name) => {
        const values = facetOf(name, places, chosen);
        if (values.length < 2 && chosen[name] === undefined) return null;
        return (
          <div key={name}>
            <dt>{labels[name]}</dt>
            <dd>
              <Values path={path} name={name} values={values} chosen={chosen} spellings={spellings} />
            </dd>
          </div>
        );
      })}
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

function Values(props: {
  path: string;
  name: FacetName;
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
            {value === '' ? (
              without[name]
            ) : (
              <Stranger text={legibleName(name === 'source' ? spellings.usual(value) : value)} limit={90} />
            )}
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
