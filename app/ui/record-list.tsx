/** Rows of what somebody has, each with what may be done about it. */
import type { ReactNode } from 'react';

export function RecordList({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <ul className="records" aria-label={label}>
      {children}
    </ul>
  );
}

export function Record({ acts, children }: { acts?: ReactNode; children: ReactNode }) {
  return (
    <li>
      <div>{children}</div>
      {acts !== undefined && acts !== false && <div className="record-acts">{acts}</div>}
    </li>
  );
}
