import { toHex } from '#lib/encoding/bytes.ts';
import { Line } from '../ui/ledger.tsx';
import type { LoggedEntry } from './store.ts';

interface Shown {
  readonly entry: LoggedEntry;
  readonly trustedRoot: string;
  readonly witnessPolicy: string | undefined;
}

/** Of what a log of certificates holds there is no signature of a file to check. */
const kinds: ReadonlySet<string> = new Set(['rekor-v2', 'rekor-v1']);

/** Where app/client/verify-entry.ts works: the same proof, by the reader's own browser, straight from the log. */
export function VerifyHere({ entry, trustedRoot, witnessPolicy }: Shown) {
  const { log, signing, leafHash } = entry;
  if (!kinds.has(log.kind)) return null;
  return (
    <Line label="Without trusting us">
      <p>
        Your browser can ask the log itself, and check its signature and those of its witnesses, this entry’s
        place in it, when it was signed, the certificate and who saw it issued, and the signature, with code
        of its own. It remembers the log’s checkpoint, so that the log cannot show you another history later.
      </p>
      <div
        className="stack"
        data-script="verify-entry"
        data-kind={log.kind}
        data-log-url={log.url}
        data-origin={log.origin}
        data-public-key={toHex(log.publicKey)}
        data-index={signing.index}
        data-leaf-hash={toHex(leafHash)}
        data-trusted-root={trustedRoot}
        data-witness-policy={witnessPolicy}
      >
        <p className="hint">
          This needs script. Without it, <code>npx sigwatch fsck</code> with the log’s address checks the
          whole log from a terminal.
        </p>
      </div>
    </Line>
  );
}
