/** The rows of a mail that counted many, and the way to the others. */
import { asSpelled } from '#lib/rules/facts.ts';
import { grouped } from '../ui/time.ts';
import { Stranger, Time } from '../ui/text.tsx';
import { VerdictMark } from './alert-facts.tsx';
import type { Told, ToldRow } from './told.ts';

export function ToldList({ told, hrefOf }: { told: Told; hrefOf: (page: number) => string }) {
  const { page, pages, rows } = told;
  return (
    <>
      <ol className="rows told">
        {rows.map((row) => (
          <li key={row.id}>
            <Row row={row} />
          </li>
        ))}
      </ol>
      {pages > 1 && (
        <nav aria-label="Pages">
          <p>
            Page {page} of {pages}. {page > 1 && <a href={hrefOf(page - 1)}>Earlier</a>}{' '}
            {page < pages && <a href={hrefOf(page + 1)}>Later</a>}
          </p>
        </nav>
      )}
    </>
  );
}

function Row({ row: { verdict, reasons, facts, logId, index, happenedAt } }: { row: ToldRow }) {
  const [reason] = reasons;
  return (
    <>
      <VerdictMark verdict={verdict} /> <Time at={happenedAt} />,{' '}
      {facts?.event === 'announcement' ? (
        `announcement ${grouped(Number(index))}`
      ) : (
        <a href={`/e/${encodeURIComponent(logId)}/${index}`}>entry {grouped(Number(index))}</a>
      )}
      {typeof facts?.digest === 'string' && (
        <>
          , file <span className="mono">{facts.digest.slice(0, 12)}…</span>
        </>
      )}
      {typeof facts?.lookAlike === 'string' && (
        <>
          , as <Stranger text={asSpelled(facts, facts.lookAlike)} />
        </>
      )}
      {reason !== undefined && <span className="soft"> {reason.words}</span>}
    </>
  );
}
