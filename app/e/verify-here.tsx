import { toHex } from '#lib/encoding/bytes.ts';
import type { LoggedEntry } from './store.ts';

interface Shown {
  readonly entry: LoggedEntry;
  readonly trustedRoot: string;
  readonly witnessPolicy: string | undefined;
}

/** Of what a log of certificates holds there is no signature of a file to check. */
export function isCheckable({ kind }: LoggedEntry['log']): boolean {
  return kind === 'rekor-v2' || kind === 'rekor-v1';
}

/**
 * The one thing to do about an entry, under the sentence that says what it is. app/client/verify-entry.tsx makes it a button;
 * what it finds step by step stands beside the drawing of the proof.
 */
export function VerifyHere({ entry: { log, signing, leafHash }, trustedRoot, witnessPolicy }: Shown) {
  if (!isCheckable(log)) return null;
  return (
    <section
      className="verify-here"
      aria-label="Without trusting us"
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
        This needs script: your browser would verify the entry here. Without it,{' '}
        <code>npx sigwatch fsck</code> with the log’s address checks the whole log from a terminal.
      </p>
    </section>
  );
}
