/** Signed tree heads, RFC 6962 §3.5: the head of the log with a time, made when asked for and kept for a while. */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import type { SigningKey } from '#lib/server/signing-key.ts';
import type { SignedHead } from '../sequencer/head.ts';

export interface SignedTreeHead {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Milliseconds. */
  readonly timestamp: number;
  /** DigitallySigned. */
  readonly signature: Uint8Array;
}

// Far below the maximum merge delay, so that a log that does not grow is still seen to live.
const keptMs = 60_000;

export class TreeHeads {
  private readonly key: SigningKey;
  private last: SignedTreeHead | undefined;

  constructor(key: SigningKey) {
    this.key = key;
  }

  sign({ size, root }: SignedHead, now: number): SignedTreeHead {
    const { last } = this;
    if (last !== undefined && last.size === size && now - last.timestamp < keptMs) return last;
    // A clock that was set back must not show: times of tree heads do not go back.
    const timestamp = Math.max(now, last?.timestamp ?? 0);
    const head = concat(Uint8Array.of(0, 1), uintBytes(timestamp, 8), uintBytes(size, 8), root);
    this.last = { size, root, timestamp, signature: writeDigitallySigned(this.key.sign(head)) };
    return this.last;
  }
}
