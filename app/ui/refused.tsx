/** The one page of what is refused or not there: what was wrong, and what to do next. */
import type { ReactNode } from 'react';
import { SearchBox } from '../find/search-box.tsx';
import { Line, Opening } from './ledger.tsx';

export interface Refused {
  /** Of the answer: document.ts reads it from the page, since a page of Next.js cannot set its own. */
  readonly status?: number | undefined;
  readonly heading: string;
  readonly why: ReactNode;
  /** Where what was pressed stands. */
  readonly back?: string | undefined;
  /** What stands in the search box. */
  readonly typed?: string | undefined;
  readonly children?: ReactNode;
}

export function RefusedPage({ status, heading, why, back, typed, children }: Refused) {
  const isAbsent = status === 404 || status === 400;
  return (
    <main id="main" className="sheet" data-status={status}>
      <div className="page">
        <Opening label={status}>
          <h1>{heading}</h1>
          <p className="lead">{why}</p>
          {back !== undefined && (
            <p>
              <a href={back}>Back to the page</a>
            </p>
          )}
          {status !== undefined && status >= 500 && (
            <p>
              <a href="/status">How each part of this site is</a>
            </p>
          )}
        </Opening>
        {children}
        {isAbsent && back === undefined && children === undefined && (
          <Line label="Look something up">
            <SearchBox {...(typed === undefined ? {} : { typed })} />
          </Line>
        )}
      </div>
    </main>
  );
}

/** What RefusedPage says of its status: React escapes every text, so no stranger's reads like it. */
export function statusIn(html: string): number | undefined {
  const [, status] = /<main id="main" class="sheet" data-status="([45]\d\d)">/.exec(html) ?? [];
  return status === undefined ? undefined : Number(status);
}
