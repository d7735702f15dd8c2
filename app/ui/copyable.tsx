import type { ReactNode } from 'react';

/** A value that people take elsewhere. app/client/copy.ts puts the button beside it. */
export function Copyable({ what, children }: { what: string; children: ReactNode }) {
  return (
    <span className="copyable" data-script="copy" data-copy={what}>
      <span className="copied" data-copied="">
        {children}
      </span>
    </span>
  );
}
