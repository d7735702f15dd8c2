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
      <div className="line-label">
        <div>{label}</div>
      </div>
      <div className="line-body stack">{children}</div>
    </header>
  );
}

interface Labelled {
  readonly label: string;
  /** For whom only hears it, where several lines of a page have one label. */
  readonly name?: string;
  readonly id?: string;
  readonly children: ReactNode;
}

export function Line({ label, name = label, id, children }: Labelled) {
  return (
    <section className="line" id={id} aria-label={name}>
      <h2 className="line-label">{label}</h2>
      <div className="line-body stack">{children}</div>
    </section>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

/** One row of Facts. Without a value there is no row. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === undefined || children === false) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
