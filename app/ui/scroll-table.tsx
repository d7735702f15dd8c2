/** A table that scrolls within the page where there is no room for it, reachable by keyboard. */
import type { ReactNode } from 'react';

export interface Column {
  readonly head: ReactNode;
  readonly isNumber?: boolean;
  /** Only where there is room for it. */
  readonly isRoomy?: boolean;
}

interface Shown {
  /** For whom only hears it. */
  readonly label: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** How it lies on a phone, where not as it is: each row is a few lines, and nothing is beyond the edge. */
  readonly shape?: 'folding' | 'log-table' | 'compared';
  readonly children: ReactNode;
}

export function ScrollTable({ label, columns, shape, children }: Shown) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <section className={shape === undefined ? 'scroll' : `scroll ${shape}`} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {Object.entries(columns).map(([name, { head, isNumber = false, isRoomy = false }]) => (
              <th key={name} scope="col" className={classOf({ isNumber, isRoomy })}>
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

function classOf({ isNumber, isRoomy }: Required<Pick<Column, 'isNumber' | 'isRoomy'>>): string | undefined {
  const names = [...(isNumber ? ['number'] : []), ...(isRoomy ? ['roomy'] : [])];
  return names.length === 0 ? undefined : names.join(' ');
}
