import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { dependencies } from '../../dependencies.ts';
import { findNames, type FoundName } from '../../find/names.ts';
import { identityPath, kindName, prefixPath, readPrefix } from '../../find/question.ts';
import { SearchBox } from '../../find/search-box.tsx';
import { Stamp } from '../../logs/stamp.tsx';
import { listLogs } from '../../logs/store.ts';
import { RefusedPage } from '../../ui/refused.tsx';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Ago, Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { Name } from '../../ui/name.tsx';
import { inOneSnapshot } from '../../snapshot.ts';
import { findSpellings, type Spellings } from '../../signings/spellings.ts';
import { legibleName } from '#lib/identity/legible.ts';

interface Asked {
  readonly params: Promise<{ prefix: string }>;
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

const pageSize = 100;

export const metadata: Metadata = { title: 'Names that begin alike' };

/** Every repository and workflow of an owner that signed, each once. */
export default async function NamesPage({ params, searchParams }: Asked) {
  const deps = dependencies();
  const given = decoded((await params).prefix);
  const prefix = given === undefined ? undefined : readPrefix(`${given}*`);
  if (prefix === undefined)
    return (
      <RefusedPage
        status={404}
        heading="Nobody’s names begin like that"
        why="Names are listed below a host and an owner at least, as in github.com/acme."
      />
    );
  if (prefix !== given) redirect(prefixPath(prefix));
  const { after } = await searchParams;
  const { names, next, logs, spellings } = await inOneSnapshot(deps, async (reads) => {
    const page = { prefix, after: typeof after === 'string' ? after : undefined, limit: pageSize };
    const [found, logs] = await Promise.all([findNames(reads, page), listLogs(reads)]);
    const spellings = await findSpellings(
      reads,
      found.names.map(({ value }) => value),
    );
    return { ...found, logs, spellings };
  });
  return (
    <Page>
      <Opening label="Names">
        <h1>
          Who signed under <Stranger text={legibleName(prefix)} />
        </h1>
      </Opening>
      <Line label="Name by name">
        {names.length === 0 ? (
          <p>Nobody did.</p>
        ) : (
          <NameList names={names} spellings={spellings} now={deps.now()} />
        )}
        {next !== undefined && (
          <p>
            <a href={`${prefixPath(prefix)}?after=${encodeURIComponent(next)}`} rel="next">
              More names
            </a>
          </p>
        )}
      </Line>
      <Line label="How complete">
        <Stamp logs={logs} now={deps.now()} />
      </Line>
      <Line label="Look up another">
        <SearchBox />
      </Line>
    </Page>
  );
}

interface Shown {
  readonly names: readonly FoundName[];
  readonly spellings: Spellings;
  readonly now: Date;
}

function NameList({ names, spellings, now }: Shown) {
  return (
    <ul className="stack">
      {names.map(({ value, kind, entries, lastSeenAt }) => (
        <li key={value}>
          <p>
            <a href={identityPath(value)}>
              <Name text={spellings.usual(value)} mono />
            </a>
          </p>
          <p className="hint">
            {kindName(kind)}, {plural(entries, 'signature')}, last seen <Ago at={lastSeenAt} now={now} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
