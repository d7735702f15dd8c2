import type { Metadata } from 'next';
import { isForged } from '#lib/rules/facts.ts';
import { dependencies } from '../dependencies.ts';
import { typedIn } from '../form.ts';
import { RefusedPage } from '../ui/refused.tsx';
import type { LoggedEntry } from '../e/store.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { ScrollTable } from '../ui/scroll-table.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { compareFields, type ComparedField } from './fields.ts';
import { CompareForm, type AskedEntry } from './compare-form.tsx';
import { findOrWhy } from './named-entry.ts';

export const metadata: Metadata = { title: 'Two entries side by side', robots: { index: false } };

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function ComparePage({ searchParams }: Asked) {
  const { first, second } = await searchParams;
  const [one, other] = await Promise.all([find(typedIn(first)), find(typedIn(second))]);
  if (typeof one !== 'object' || typeof other !== 'object')
    return (
      <NoTwoEntries
        asked={[
          { name: 'first', typed: typedIn(first), problem: typeof one === 'string' ? one : undefined },
          { name: 'second', typed: typedIn(second), problem: typeof other === 'string' ? other : undefined },
        ]}
      />
    );
  return <SideBySide one={one} other={other} />;
}

/** Undefined where nothing was typed; else the entry, or why there is none. */
async function find(typed: string): Promise<LoggedEntry | string | undefined> {
  return typed.trim() === '' ? undefined : findOrWhy(dependencies(), typed);
}

function NoTwoEntries({ asked }: { asked: readonly AskedEntry[] }) {
  const form = (
    <Line label="Which two">
      <CompareForm asked={asked} />
    </Line>
  );
  if (asked.some(({ problem }) => problem !== undefined))
    return (
      <RefusedPage status={404} heading="Not both entries are there" why="Below is what is wrong with each.">
        {form}
      </RefusedPage>
    );
  return (
    <Page>
      <Opening label="Side by side">
        <h1>Two entries, field by field</h1>
        <p className="lead">
          What a usual signature has and an unusual one has not: the quickest way to see whether the same
          build made both.
        </p>
      </Opening>
      {form}
    </Page>
  );
}

function SideBySide({ one, other }: { one: LoggedEntry; other: LoggedEntry }) {
  const fields = compareFields(one.signing, other.signing);
  const differing = fields.filter((field) => field.first !== field.second);
  const same = fields.filter((field) => field.first === field.second);
  return (
    <Page>
      <Opening label="Side by side">
        <h1>
          {plural(differing.length, 'field')} of {fields.length}{' '}
          {differing.length === 1 ? 'differs' : 'differ'}
        </h1>
        <p className="lead">Every entry differs in its times, serial and digest; look at the rest.</p>
      </Opening>
      {differing.length > 0 && (
        <Line label="Differs">
          <FieldTable fields={differing} entries={[one, other]} label="Fields that differ" />
        </Line>
      )}
      {same.length > 0 && (
        <Line label="The same">
          <FieldTable fields={same} entries={[one, other]} label="Fields that are the same" />
        </Line>
      )}
    </Page>
  );
}

function FieldTable({
  fields,
  entries,
  label,
}: {
  fields: readonly ComparedField[];
  entries: readonly LoggedEntry[];
  label: string;
}) {
  const columns = {
    field: { head: 'Field' },
    ...Object.fromEntries(entries.map((entry, at) => [String(at), { head: <EntryHead entry={entry} /> }])),
  };
  return (
    <ScrollTable label={label} shape="compared" columns={columns}>
      {fields.map(({ name, first, second }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {[first, second].map((text, at) => (
            <td key={entries[at]?.signing.index ?? at}>
              <Which entry={entries[at]} />
              <Value text={text} />
            </td>
          ))}
        </tr>
      ))}
    </ScrollTable>
  );
}

/** On a phone the columns stand below one another. */
function Which({ entry }: { entry: LoggedEntry | undefined }) {
  if (entry === undefined) return null;
  const { log, signing } = entry;
  return (
    <span className="narrow-label small soft">
      <Stranger text={log.name} /> #{grouped(signing.index)}{' '}
    </span>
  );
}

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function Value({ text }: { text: string | undefined }) {
  if (text !== undefined && moment.test(text)) return <Time at={text} />;
  return text === undefined ? <Mark tone="quiet" word="Not there" /> : <Stranger text={text} />;
}

function EntryHead({ entry: { log, signing } }: { entry: LoggedEntry }) {
  return (
    <>
      <a href={`/e/${encodeURIComponent(signing.log)}/${signing.index}`}>
        <Stranger text={log.name} /> #{grouped(signing.index)}
      </a>
      {isForged(signing) && (
        <>
          {' '}
          <Mark tone="bad" word="Forged: all of it is only claimed" />
        </>
      )}
    </>
  );
}
