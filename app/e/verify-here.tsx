import { toHex } from '#lib/encoding/bytes.ts';
import { Line } from '../ui/ledger.tsx';
import type { LoggedEntry } from './store.ts';

/** Where app/client/verify-entry.ts works: the same proof, by the reader's own browser, straight from the log. */
export function VerifyHere({ entry, trustedRoot }: { entry: LoggedEntry; trustedRoot: string }) {
  const { log, signing, leafHash } = entry;
  if (log.kind !== 'rekor-v2' || signing.kind !== 'hashedrekord') return null;
  return (
    <Line label="Without trusting us">
      <p>
        Your browser can ask the log itself, and check its signature, this entry’s place in it, the
        certificate and the signature with code of its own. It remembers the log’s checkpoint, so that the log
        cannot show you another history later.
      </p>
      <div
        className="stack"
        data-script="verify-entry"
        data-log-url={log.url}
        data-origin={log.origin}
        data-index={signing.index}
        data-leaf-hash={toHex(leafHash)}
        data-trusted-root={trustedRoot}
      >
        <p className="hint">
          This needs script. Without it, <code>npx sigwatch fsck</code> with the log’s address checks the
          whole log from a terminal.
        </p>
      </div>
    </Line>
  );
}
