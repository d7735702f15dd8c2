/**
 * What this process is among several on one database: the one that sequences, or one that reads, verifies and hands over
 * until it is its turn. Who only reads by its settings never leads. When the database or the tile store is lost, or the
 * disk takes nothing more behind a commit, everything is closed, and opened again when that has passed, as often as it
 * takes; what was published is read on meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#lib/server/logger.ts';
import { mayPass } from './opening.ts';
import type { Lease, Leader } from './peers/lease.ts';
import type { LeaderClient } from './peers/leader-client.ts';
import type { Scope } from './scope.ts';
import { Term } from './term.ts';

/** `leads`: this process sequences. `follows`: that one does. */
export type Role = { readonly leads: Leader } | { readonly follows: LeaderClient };

export interface RoleParts {
  /** Waits until the database can be used, or nobody wants it any more. */
  openLease(isOver: () => boolean): Promise<Lease>;
  readonly mayLead: boolean;
  readonly logger: Logger;
  /** Opens everything for a role; what it opens is closed with the scope. */
  open(role: Role, scope: Scope): Promise<void>;
  /** What is open is about to be closed, and opened again when what was lost is back: only reads go on until then. */
  pause(reason: unknown): void;
  /** For whatever waiting does not mend. */
  fail(error: unknown): void;
}

const pauseMs = 250;

export class CurrentRole {
  private readonly parts: RoleParts;
  private term: Term;
  private running: Promise<void> | undefined;
  private ended = false;

  constructor(parts: RoleParts) {
    this.parts = parts;
    this.term = this.newTerm();
  }

  /** Resolves when everything was open for the first time. */
  begin(): Promise<void> {
    return new Promise((opened) => {
      this.running = this.run(opened);
    });
  }

  async end(): Promise<void> {
    this.ended = true;
    this.term.end(undefined);
    await this.running;
  }

  /** Something that nobody caught: it is part of a lost database, or must not go on. */
  lost(reason: unknown): void {
    this.judge(reason, this.term);
  }

  private async run(opened: () => void): Promise<void> {
    while (!this.ended) {
      await this.term.serve(opened);
      if (this.ended) return;
      this.term = this.newTerm();
      await sleep(pauseMs);
    }
  }

  private newTerm(): Term {
    const term: Term = new Term(this.parts, (reason) => this.judge(reason, term));
    return term;
  }

  private judge(reason: unknown, term: Term): void {
    if (term.isOver) return;
    if (!mayPass(reason)) return this.parts.fail(reason);
    const { logger, pause } = this.parts;
    logger.error(
      { err: reason },
      'database, tile store or disk cannot be used: reads go on, entries are refused until it can',
    );
    pause(reason);
    term.end(reason);
  }
}
