/** The page as a ledger: lines of business, each with its label in the margin. */
import type { ReactNode } from 'react';

export function Page({ children }: { children: ReactNode }) {
  return (
    <main id="main" className="sheet">
      <div className="page">{children}</div>
    </main>
  );
}

/** The first line of a page: it holds the h1. */
export function Opening({ label = '', children }: { label?: ReactNode; children: ReactNode }) {
  return (
    <header className="line line-opening">
      <div className="line-label">{label}</div>
      <div className="line-body stack">{children}</div>
    </header>
  );
}

export function Line({ label, id, children }: { label: string; id?: string; children: ReactNode }) {
  return (
    <section className="line" id={id} aria-label={label}>
      <h2 className="line-label">{label}</h2>
      <div className="line-body stack">{children}</div>
    </section>
  );
}

export type Fact = readonly [label: string, value: ReactNode];

/** Facts without a value are left out. */
export function Facts({ rows }: { rows: readonly (Fact | false | null | undefined)[] }) {
  const given = rows.filter(
    (row): row is Fact => Array.isArray(row) && row[1] !== undefined && row[1] !== null,
  );
  return (
    <dl className="facts">
      {given.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
