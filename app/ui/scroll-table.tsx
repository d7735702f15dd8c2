/** A table that scrolls within the page where there is no room for it, reachable by keyboard. */
import type { ReactNode } from 'react';

export interface Column {
  readonly head: ReactNode;
  readonly isNumber?: boolean;
}

interface Shown {
  /** For whom only hears it. */
  readonly label: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** On a phone each row is a few lines, and nothing is beyond the edge. */
  readonly isFolding?: boolean;
  readonly children: ReactNode;
}

export function ScrollTable({ label, columns, isFolding = false, children }: Shown) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <section className={isFolding ? 'scroll folding' : 'scroll'} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {Object.entries(columns).map(([name, { head, isNumber = false }]) => (
              <th key={name} scope="col" className={isNumber ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
