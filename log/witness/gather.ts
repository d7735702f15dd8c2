/** Asks every witness of a policy for its cosignature of one head, until there are enough, or no time is left. */
import { formatNote, parseNote, type NoteSignature } from '#lib/note/signed-note.ts';
import type { PolicyWitness, WitnessPolicy } from '#lib/note/witness-policy.ts';
import { LogStateError } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import { WitnessClient, WitnessError, type Post, type ProveConsistency } from './witness-client.ts';

export interface Gathered {
  /** The head with all cosignatures that came. */
  readonly head: SignedHead;
  readonly isQuorum: boolean;
  readonly cosigned: number;
  readonly failures: readonly WitnessError[];
}

export interface GatherOptions {
  readonly policy: WitnessPolicy;
  readonly prove: ProveConsistency;
  readonly post: Post;
  /** Seconds since the epoch. */
  now(): bigint;
}

export class Gatherer {
  private readonly policy: WitnessPolicy;
  private readonly prove: ProveConsistency;
  private readonly clients: readonly WitnessClient[];

  constructor({ policy, prove, post, now }: GatherOptions) {
    this.policy = policy;
    this.prove = prove;
    this.clients = policy.witnesses.flatMap(({ url, ...witness }) =>
      url === undefined ? [] : [new WitnessClient({ ...witness, url }, post, now)],
    );
  }

  /** `enough`: stop waiting at a quorum; `all`: hear everyone who answers within the budget. Never rejects. */
  async gather(head: SignedHead, budgetMs: number, until: 'enough' | 'all'): Promise<Gathered> {
    const signal = AbortSignal.timeout(budgetMs);
    const prove = sharedProofs(this.prove);
    const came = new Map<WitnessClient, NoteSignature[]>();
    const failures: WitnessError[] = [];
    const isQuorum = (): boolean => this.policy.isQuorum(new Set(this.witnessesOf(came)));
    await new Promise<void>((done) => {
      if (this.clients.length === 0) done();
      // A witness that never settles must not hold up the others past the budget.
      signal.addEventListener('abort', () => done(), { once: true });
      for (const client of this.clients) {
        void client
          .cosign(head, prove, signal)
          .then((signatures) => came.set(client, signatures))
          .catch((error: unknown) => failures.push(asWitnessError(error)))
          .finally(() => {
            const heardAll = came.size + failures.length === this.clients.length;
            if (heardAll || (until === 'enough' && isQuorum())) done();
          });
      }
    });
    const cosigned = came.size;
    return { head: this.append(head, came), isQuorum: isQuorum(), cosigned, failures: [...failures] };
  }

  /** Throws LogStateError when a witness has seen more of this log than we have, or something else: never go on then. */
  async refuseIfBehind(head: SignedHead, budgetMs: number): Promise<Gathered> {
    const round = await this.gather(head, budgetMs, 'all');
    const contradiction = round.failures.find(({ code }) => code === 'ahead' || code === 'disagrees');
    if (contradiction === undefined) return round;
    throw new LogStateError(
      `${contradiction.message}: the database or the tiles were put back to an earlier state. Going on would fork the log.`,
      { cause: contradiction },
    );
  }

  /** In the order of the policy, whoever was faster: the same cosignatures make the same note. */
  private append(head: SignedHead, came: ReadonlyMap<WitnessClient, NoteSignature[]>): SignedHead {
    const { text, signatures } = parseNote(head.checkpoint);
    const more = this.clients.flatMap((client) => came.get(client) ?? []);
    return { ...head, checkpoint: formatNote({ text, signatures: [...signatures, ...more] }) };
  }

  private witnessesOf(came: ReadonlyMap<WitnessClient, unknown>): PolicyWitness[] {
    const names = new Set([...came.keys()].map(({ witness }) => witness.name));
    return this.policy.witnesses.filter(({ name }) => names.has(name));
  }
}

/** Witnesses at one size need one proof, made once. */
function sharedProofs(prove: ProveConsistency): ProveConsistency {
  const made = new Map<bigint, Promise<readonly Uint8Array[]>>();
  return (oldSize, newSize) => {
    const known = made.get(oldSize) ?? prove(oldSize, newSize);
    made.set(oldSize, known);
    return known;
  };
}

function asWitnessError(error: unknown): WitnessError {
  if (error instanceof WitnessError) return error;
  return new WitnessError('unreachable', 'a witness could not be asked', { cause: error });
}
