import { Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import type { EntryRef, Neighbours } from './neighbours.ts';

/** Where this signature stands among those of its name, and what is other than at the one before. */
export function Around({ near, signing }: { near: Neighbours; signing: EntryRef }) {
  return (
    <Line label="Since the one before">
      <Changes near={near} />
      <nav aria-label="Signatures by the same name">
        <ul className="choices-in-line">
          {near.before !== undefined && (
            <li>
              <EntryLink entry={near.before} rel="prev" words="Before" />
            </li>
          )}
          {near.before !== undefined && (
            <li>
              <a href={comparePath(near.before, signing)} rel="nofollow">
                Compare the two, field by field
              </a>
            </li>
          )}
          {near.path !== undefined && (
            <li>
              <a href={near.path}>All of them</a>
            </li>
          )}
          {near.after !== undefined && (
            <li>
              <EntryLink entry={near.after} rel="next" words="After" />
            </li>
          )}
        </ul>
      </nav>
    </Line>
  );
}

function Changes({ near: { before } }: { near: Neighbours }) {
  if (before === undefined)
    return (
      <p>
        <Mark tone="notable" word="The first by this name" /> in the logs we read.
      </p>
    );
  if (before.changes.length === 0)
    return <p>Nothing else changed: the same login, repository, workflow and trigger.</p>;
  return (
    <>
      <p>
        <Mark tone="notable" word="Changed" />
      </p>
      <dl className="facts">
        {before.changes.map(({ what, before: was, now }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <s className="soft">
                <Stranger text={was} />
              </s>{' '}
              <span aria-hidden="true">→ </span>
              <Stranger text={now} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function EntryLink({ entry, rel, words }: { entry: EntryRef; rel: string; words: string }) {
  return (
    <a href={`/e/${encodeURIComponent(entry.log)}/${entry.index}`} rel={rel}>
      {words}: <span className="unseen">{entry.log} entry </span>#{grouped(entry.index)}
    </a>
  );
}

function comparePath(first: EntryRef, second: EntryRef): string {
  const name = ({ log, index }: EntryRef) => `${log}/${index}`;
  return `/compare?${new URLSearchParams({ first: name(first), second: name(second) })}`;
}
