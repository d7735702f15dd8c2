/**
 * What this process is among several on one database: the one that sequences, or one that reads, verifies and hands over
 * until it is its turn. Who only reads by its settings never leads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#lib/server/logger.ts';
import { isLost, openPatiently } from './opening.ts';
import type { Lease, Leader } from './peers/lease.ts';
import { LeaderClient } from './peers/leader-client.ts';
import { Scope } from './scope.ts';

/** `leads`: this process sequences. `follows`: that one does. */
export type Role = { readonly leads: Leader } | { readonly follows: LeaderClient };

export interface RoleParts {
  /** Waits until the database can be used. */
  openLease(): Promise<Lease>;
  readonly mayLead: boolean;
  readonly logger: Logger;
  /** Opens everything for a role; what it opens is closed with the scope. */
  open(role: Role, scope: Scope): Promise<void>;
  /** What is open is about to be closed, and opened again when the database is back: only reads go on until then. */
  pause(): void;
  fail(error: unknown): void;
}

const askEveryMs = 500;
/** A predecessor that was just ended takes a moment to let go. */
const firstTries = 3;
const firstTryMs = 150;

export class CurrentRole {
  private readonly parts: RoleParts;
  private scope: Scope;
  private lease: Lease | undefined;
  private leading = false;
  private ended = false;

  constructor(parts: RoleParts) {
    this.parts = parts;
    this.scope = this.newScope();
  }

  /** Resolves when everything is open. */
  async begin(): Promise<void> {
    const { mayLead, openLease } = this.parts;
    const lease = (this.lease = await openLease());
    if (this.ended) return lease.close();
    const tries = mayLead ? firstTries : 0;
    for (let at = 0; at < tries; at++) {
      const leader = await openPatiently(
        () => this.take(lease),
        (error) => this.cannotAsk(error),
      );
      if (leader !== undefined) return this.lead(leader);
      await sleep(firstTryMs);
    }
    const opened = this.follow(lease);
    if (!mayLead) return opened;
    const leads = this.leadLater(lease);
    // Nobody waits for it any more once this process follows.
    leads.catch((error: unknown) => this.parts.fail(error));
    // It may become the leader before it could open anything as a follower.
    await Promise.race([opened, leads]);
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.scope.close();
    await this.lease?.close();
  }

  /**
   * A state in which `scope` must not go on. While this process sequences, a database that went away is waited for in
   * it, so that reads go on; everything else needs a fresh process.
   */
  lost(reason: unknown, scope = this.scope): void {
    if (!isLost(reason)) return this.parts.fail(reason);
    if (this.ended || scope.isClosed) return;
    if (!this.leading) return this.parts.fail(reason);
    this.leading = false;
    this.regain(reason).catch((cause: unknown) => this.parts.fail(cause));
  }

  private async regain(error: unknown): Promise<void> {
    const { logger, pause } = this.parts;
    logger.error({ err: error }, 'the database was lost: reads go on, entries are refused until it is back');
    pause();
    await this.scope.close();
    await this.lease?.close();
    if (this.ended) return;
    this.scope = this.newScope();
    await this.begin();
  }

  private take(lease: Lease): Promise<Leader | undefined> {
    return lease.take((error) => {
      if (lease === this.lease) this.lost(error);
    });
  }

  private cannotAsk(error: unknown): void {
    this.parts.logger.error({ err: error }, 'the lease cannot be asked for');
  }

  private async leadLater(lease: Lease): Promise<void> {
    let leader: Leader | undefined;
    while (leader === undefined) {
      await sleep(askEveryMs);
      if (this.ended) return;
      leader = await this.take(lease).catch((error: unknown) => {
        this.cannotAsk(error);
        return undefined;
      });
    }
    await this.lead(leader);
  }

  private async lead(leader: Leader): Promise<void> {
    const before = this.scope;
    this.scope = this.newScope();
    await this.parts.open({ leads: leader }, this.scope);
    this.leading = true;
    this.parts.logger.info('this process sequences');
    await before.close();
  }

  private async follow(lease: Lease): Promise<void> {
    const { logger, open } = this.parts;
    const follows = new LeaderClient(() => lease.leader());
    this.scope.onEnd('leader', () => follows.close());
    await open({ follows }, this.scope);
    logger.info('another process sequences');
  }

  private newScope(): Scope {
    const scope: Scope = new Scope(this.parts.logger, (error) => this.lost(error, scope));
    return scope;
  }
}
