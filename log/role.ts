/**
 * What this process is among several on one database: the one that sequences, or one that reads, verifies and hands over
 * until it is its turn. Who only reads by its settings never leads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#lib/server/logger.ts';
import type { Lease, Leader } from './peers/lease.ts';
import { LeaderClient } from './peers/leader-client.ts';
import { Scope } from './scope.ts';

/** `leads`: this process sequences. `follows`: that one does. */
export type Role = { readonly leads: Leader } | { readonly follows: LeaderClient };

export interface RoleParts {
  readonly lease: Lease;
  readonly mayLead: boolean;
  readonly logger: Logger;
  /** Opens everything for a role; what it opens is closed with the scope. */
  open(role: Role, scope: Scope): Promise<void>;
  fail(error: unknown): void;
}

const askEveryMs = 500;
/** A predecessor that was just ended takes a moment to let go. */
const firstTries = 3;
const firstTryMs = 150;

export class CurrentRole {
  private readonly parts: RoleParts;
  private scope: Scope;
  private ended = false;

  constructor(parts: RoleParts) {
    this.parts = parts;
    this.scope = this.newScope();
  }

  /** Resolves when everything is open. */
  async begin(): Promise<void> {
    const { mayLead } = this.parts;
    const tries = mayLead ? firstTries : 0;
    for (let at = 0; at < tries; at++) {
      const leader = await this.take();
      if (leader !== undefined) return this.lead(leader);
      await sleep(firstTryMs);
    }
    const opened = this.follow();
    if (!mayLead) return opened;
    const leads = this.leadLater();
    // Nobody waits for it any more once this process follows.
    leads.catch((error: unknown) => this.parts.fail(error));
    // It may become the leader before it could open anything as a follower.
    await Promise.race([opened, leads]);
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.scope.close();
  }

  private take(): Promise<Leader | undefined> {
    return this.parts.lease.take((error) => this.parts.fail(error));
  }

  private async leadLater(): Promise<void> {
    let leader: Leader | undefined;
    while (leader === undefined) {
      await sleep(askEveryMs);
      if (this.ended) return;
      leader = await this.take().catch((error: unknown) => {
        this.parts.logger.error({ err: error }, 'the lease cannot be asked for');
        return undefined;
      });
    }
    await this.lead(leader);
  }

  private async lead(leader: Leader): Promise<void> {
    const before = this.scope;
    this.scope = this.newScope();
    await this.parts.open({ leads: leader }, this.scope);
    this.parts.logger.info('this process sequences');
    await before.close();
  }

  private async follow(): Promise<void> {
    const { lease, logger, open } = this.parts;
    const follows = new LeaderClient(() => lease.leader());
    this.scope.onEnd('leader', () => follows.close());
    await open({ follows }, this.scope);
    logger.info('another process sequences');
  }

  private newScope(): Scope {
    return new Scope(this.parts.logger, (error) => this.parts.fail(error));
  }
}
