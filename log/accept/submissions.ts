/** What the threads of log/accept say to one another: many submissions in one buffer, handed over without a copy. */
import type { PendingEntry } from '../sequencer/entry.ts';

/** Kinds of submission; each has its own acceptor in thread.ts. */
const submissionKinds = ['rekor-v2', 'rekor-v1'] as const;
export type SubmissionKind = (typeof submissionKinds)[number];

export interface Submission {
  readonly kind: SubmissionKind;
  readonly body: Uint8Array;
}

/** `fault`: the submission is at fault, for this reason. `broken`: we are. */
export type Verdict =
  | { readonly outcome: 'accepted'; readonly entry: PendingEntry }
  | { readonly outcome: 'fault' | 'broken'; readonly reason: string };

// struct { uint8 kind; uint32 length; opaque body[length]; } Submission
export function packSubmissions(submissions: readonly Submission[]): Uint8Array<ArrayBuffer> {
  const packed = new Packed(submissions.reduce((sum, { body }) => sum + 5 + body.length, 0));
  for (const { kind, body } of submissions) packed.byte(submissionKinds.indexOf(kind)).sized(body);
  return packed.bytes;
}

export function unpackSubmissions(bytes: Uint8Array): Submission[] {
  const packed = new Unpacked(bytes);
  const submissions: Submission[] = [];
  while (packed.more) {
    const kind = submissionKinds[packed.byte()];
    if (kind === undefined) throw new RangeError('no such kind of submission');
    submissions.push({ kind, body: packed.sized() });
  }
  return submissions;
}

const outcomes = ['accepted', 'fault', 'broken'] as const;

// struct { uint8 outcome; select (outcome) { accepted: identity[32], leafHash[32], sized record; else: sized reason } }
export function packVerdicts(verdicts: readonly Verdict[]): Uint8Array<ArrayBuffer> {
  const reasons = verdicts.map((one) => (one.outcome === 'accepted' ? undefined : Buffer.from(one.reason)));
  const lengths = verdicts.map((one, at) =>
    one.outcome === 'accepted' ? 69 + one.entry.record.length : 5 + (reasons[at]?.length ?? 0),
  );
  const packed = new Packed(lengths.reduce((sum, length) => sum + length, 0));
  for (const [at, verdict] of verdicts.entries()) {
    packed.byte(outcomes.indexOf(verdict.outcome));
    if (verdict.outcome !== 'accepted') packed.sized(reasons[at] ?? new Uint8Array(0));
    else packed.raw(verdict.entry.identity).raw(verdict.entry.leafHash).sized(verdict.entry.record);
  }
  return packed.bytes;
}

/** The records are views of `bytes`. */
export function unpackVerdicts(bytes: Uint8Array): Verdict[] {
  const packed = new Unpacked(bytes);
  const verdicts: Verdict[] = [];
  while (packed.more) {
    const outcome = outcomes[packed.byte()] ?? 'broken';
    if (outcome !== 'accepted') verdicts.push({ outcome, reason: Buffer.from(packed.sized()).toString() });
    else {
      const entry = { identity: packed.raw(32), leafHash: packed.raw(32), record: packed.sized() };
      verdicts.push({ outcome, entry });
    }
  }
  return verdicts;
}

class Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  private at = 0;

  constructor(length: number) {
    // Not of Node's pool, which cannot be handed over.
    this.bytes = new Uint8Array(length);
  }

  byte(value: number): this {
    this.bytes[this.at++] = value;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  sized(bytes: Uint8Array): this {
    new DataView(this.bytes.buffer).setUint32(this.at, bytes.length);
    this.at += 4;
    return this.raw(bytes);
  }
}

class Unpacked {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get more(): boolean {
    return this.at < this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  raw(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  sized(): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    const length = new DataView(buffer, byteOffset).getUint32(this.at);
    this.at += 4;
    return this.raw(length);
  }
}
