/**
 * One witness as a log sees it, c2sp.org/tlog-witness: sends it our checkpoint with the proof from the size it is at,
 * takes its cosignature, and believes neither without checking.
 */
import { toBase64 } from '#lib/encoding/base64.ts';
import { equal, fromUtf8 } from '#lib/encoding/bytes.ts';
import { cosignatureVerifier } from '#lib/note/cosignature.ts';
import { NoteError, openNote, parseNote, type NoteSignature } from '#lib/note/signed-note.ts';
import type { PolicyWitness } from '#lib/note/witness-policy.ts';
import type { SignedHead } from '../sequencer/head.ts';

export type WitnessErrorCode =
  /** No answer in time, or none that says anything. */
  | 'unreachable'
  | 'refused'
  /** It was asked about a newer head of ours meanwhile. */
  | 'superseded'
  /** It has cosigned a larger tree of ours than we ever sent it. */
  | 'ahead'
  /** It has cosigned a tree that ours does not continue. */
  | 'disagrees';

export class WitnessError extends Error {
  override readonly name = 'WitnessError';
  readonly code: WitnessErrorCode;

  constructor(code: WitnessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface WitnessAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends a body to an address. Rejects when there is no answer before `signal` ends it. */
export type Post = (url: string, body: string, signal: AbortSignal) => Promise<WitnessAnswer>;

/** The proof between two sizes of our tree, 0 < oldSize < newSize. */
export type ProveConsistency = (oldSize: bigint, newSize: bigint) => Promise<readonly Uint8Array[]>;

/** A clock that differs from ours by more is not believed. */
const clockDifference = 60n;
const maxAttempts = 3;
const sizeForm = /^(?:0|[1-9]\d{0,18})\n$/;

export class WitnessClient {
  readonly witness: PolicyWitness;
  private readonly url: string;
  private readonly post: Post;
  private readonly now: () => bigint;
  /** The size it is at, as far as we know. Being wrong costs one round trip, so it is kept in memory only. */
  private size = 0n;
  /** The largest size we asked about. */
  private asked = 0n;
  private before: Promise<unknown> = Promise.resolve();

  constructor(witness: PolicyWitness & { readonly url: string }, post: Post, now: () => bigint) {
    this.witness = witness;
    this.url = `${witness.url.replace(/\/+$/, '')}/add-checkpoint`;
    this.post = post;
    this.now = now;
  }

  /** Its cosignatures of this head, at least one. Rejects with a WitnessError. One request at a time. */
  async cosign(head: SignedHead, prove: ProveConsistency, signal: AbortSignal): Promise<NoteSignature[]> {
    const mine = this.before.then(() => this.attempt(head, prove, signal));
    this.before = mine.catch(() => undefined);
    return mine;
  }

  private async attempt(
    head: SignedHead,
    prove: ProveConsistency,
    signal: AbortSignal,
  ): Promise<NoteSignature[]> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (this.size > head.size) {
        const code = this.size <= this.asked ? 'superseded' : 'ahead';
        throw this.error(code, `is at size ${this.size}, ours is ${head.size}`);
      }
      const { status, body } = await this.send(head, prove, signal);
      if (status === 200) {
        const signatures = this.openAnswer(head, body);
        this.size = head.size;
        return signatures;
      }
      if (status === 422)
        throw this.error('disagrees', `says that size ${head.size} does not continue ${this.size}`);
      if (status !== 409 || !sizeForm.test(body)) throw this.error('refused', `answered ${status}`);
      const size = BigInt(body.trimEnd());
      // Until 2026 the specification had 409 for another root of the same size, too.
      if (size === this.size) throw this.error('disagrees', `has another tree of size ${size}`);
      this.size = size;
    }
    throw this.error('refused', 'cannot make up its mind about its size');
  }

  private async send(head: SignedHead, prove: ProveConsistency, signal: AbortSignal): Promise<WitnessAnswer> {
    if (head.size > this.asked) this.asked = head.size;
    if (signal.aborted) throw this.error('unreachable', 'had no time left');
    const nothingToProve = this.size === 0n || this.size === head.size;
    const proof = nothingToProve ? [] : await prove(this.size, head.size);
    const lines = proof.map((hash) => `${toBase64(hash)}\n`).join('');
    try {
      return await this.post(this.url, `old ${this.size}\n${lines}\n${head.checkpoint}`, signal);
    } catch (cause) {
      throw this.error('unreachable', 'did not answer in time', cause);
    }
  }

  private openAnswer({ checkpoint }: SignedHead, lines: string): NoteSignature[] {
    const { text } = parseNote(checkpoint);
    const verifier = cosignatureVerifier(this.witness.key, this.now() + clockDifference);
    try {
      // "the client MAY concatenate it": unknown keys are ignored, ours must verify.
      return openNote(`${text}\n${lines}`, [verifier]).signatures.filter(
        ({ name, keyId }) => name === verifier.name && equal(keyId, verifier.keyId),
      );
    } catch (cause) {
      if (!(cause instanceof NoteError)) throw cause;
      throw this.error('refused', `sent no good cosignature: ${cause.message}`, cause);
    }
  }

  private error(code: WitnessErrorCode, message: string, cause?: unknown): WitnessError {
    return new WitnessError(code, `the witness ${this.witness.name} ${message}`, { cause });
  }
}

const maxAnswer = 64 * 1024;

/** POST by fetch, without following redirects: a witness is at the address the operator wrote down. */
export const postByFetch: Post = async (url, body, signal) => {
  const answer = await fetch(url, { method: 'POST', body, signal, redirect: 'manual' });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > maxAnswer) throw new Error('the answer is too long');
    parts.push(part);
  }
  return { status: answer.status, body: fromUtf8(Buffer.concat(parts, length)) };
};
