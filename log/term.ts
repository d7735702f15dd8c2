/** One use of the database by role.ts, from its first connection to the loss of it: a lease, and what is open under it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLostError, type Lease, type Leader } from './peers/lease.ts';
import { LeaderClient } from './peers/leader-client.ts';
import type { RoleParts } from './role.ts';
import { Scope } from './scope.ts';

const askEveryMs = 500;
/** What does not say whether the lease is free hangs, and so does everything else on that connection. */
const askPatienceMs = 20_000;
/** A predecessor that was just ended takes a moment to let go. */
const firstTries = 3;
const firstTryMs = 150;

export class Term {
  private readonly parts: RoleParts;
  private readonly onTrouble: (reason: unknown) => void;
  private readonly scopes: Scope[] = [];
  private readonly over = new AbortController();

  /** `onTrouble` is told of whatever this term cannot go on after, and ends it, or the process. */
  constructor(parts: RoleParts, onTrouble: (reason: unknown) => void) {
    this.parts = parts;
    this.onTrouble = onTrouble;
  }

  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  end(reason: unknown): void {
    this.over.abort(reason);
  }

  /** Resolves when the term has ended, and nothing of it is open or being opened any more. */
  async serve(opened: () => void): Promise<void> {
    const ended = new Promise<void>((end) => {
      if (this.isOver) end();
      this.over.signal.addEventListener('abort', () => end(), { once: true });
    });
    // What fails because the term is over is no trouble.
    const work = this.hold(opened).catch((error: unknown) => this.isOver || this.onTrouble(error));
    await ended;
    // Closed first: what is still being opened sees it, and gives up.
    await this.closeAll();
    await work;
    await this.closeAll();
  }

  private async closeAll(): Promise<void> {
    for (const scope of this.scopes.toReversed()) await scope.close();
  }

  private async hold(opened: () => void): Promise<void> {
    const { mayLead, openLease } = this.parts;
    const lease = await openLease(() => this.isOver);
    // Opened first, hence closed last: the sequencers must have stopped before a successor can have it.
    this.newScope().onEnd('lease', () => lease.close());
    const tries = mayLead ? firstTries : 0;
    for (let at = 0; at < tries && !this.isOver; at++) {
      const leader = await this.take(lease);
      if (leader !== undefined) return this.lead(leader).then(opened);
      await sleep(firstTryMs);
    }
    const before = this.newScope();
    const follows = this.follow(lease, before).then(opened, (error: unknown) => {
      // It may become the leader before it could open anything as a follower.
      if (!before.isClosed) throw error;
    });
    if (mayLead) await Promise.all([follows, this.leadLater(lease, before).then(opened)]);
    else await follows;
  }

  private async leadLater(lease: Lease, before: Scope): Promise<void> {
    while (!this.isOver) {
      await sleep(askEveryMs);
      const leader = this.isOver ? undefined : await this.take(lease);
      if (leader === undefined) continue;
      await this.lead(leader);
      return before.close();
    }
  }

  private async take(lease: Lease): Promise<Leader | undefined> {
    const patience = new AbortController();
    const late = sleep(askPatienceMs, undefined, { signal: patience.signal, ref: false }).then(() => {
      throw new LeaseLostError('The database does not say who has the lease of the logs.');
    });
    // Not waited for any more once the other one has answered.
    late.catch(() => undefined);
    return Promise.race([lease.take(this.onTrouble), late]).finally(() => patience.abort());
  }

  private async lead(leader: Leader): Promise<void> {
    await this.parts.open({ leads: leader }, this.newScope());
    if (!this.isOver) this.parts.logger.info('this process sequences');
  }

  private async follow(lease: Lease, scope: Scope): Promise<void> {
    const follows = new LeaderClient(() => lease.leader());
    scope.onEnd('leader', () => follows.close());
    await this.parts.open({ follows }, scope);
    if (!this.isOver) this.parts.logger.info('another process sequences');
  }

  private newScope(): Scope {
    const scope = new Scope(this.parts.logger, (reason) => this.onTrouble(reason));
    this.scopes.push(scope);
    if (this.isOver) void scope.close();
    return scope;
  }
}
