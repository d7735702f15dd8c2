/**
 * ARROW 4, step 0: entries wait here for the next batch. Bounded; the same entry twice is one entry with two waiters,
 * while it waits and while it is being sequenced. Before: log/rekor/accept.ts, log/ct/accept-chain.ts; next: sequence.ts.
 */
import { SequencerError, type LoggedEntry, type PendingEntry } from './entry.ts';

export interface Slot {
  readonly entry: PendingEntry;
  readonly since: number;
  readonly waiters: Waiter[];
}

interface Waiter {
  resolve(logged: LoggedEntry): void;
  reject(error: SequencerError): void;
}

export class Pool {
  private readonly bound: number;
  /** All that is not answered: waiting and being sequenced. */
  private readonly byIdentity = new Map<string, Slot>();
  private waiting: Slot[] = [];
  private wake: (() => void) | undefined;

  constructor(bound: number) {
    this.bound = bound;
  }

  /** `now` in milliseconds, for the age of what waits. */
  add(entry: PendingEntry, now: number): Promise<LoggedEntry> {
    const key = keyOf(entry);
    let slot = this.byIdentity.get(key);
    if (slot === undefined) {
      if (this.byIdentity.size >= this.bound) {
        throw new SequencerError('busy', 'too many entries wait to be logged, try again');
      }
      slot = { entry, since: now, waiters: [] };
      this.byIdentity.set(key, slot);
      this.waiting.push(slot);
      this.wake?.();
    }
    const { waiters } = slot;
    return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
  }

  /** All that is not answered. */
  get depth(): number {
    return this.byIdentity.size;
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** When the oldest unanswered entry came. */
  get oldest(): number | undefined {
    for (const { since } of this.byIdentity.values()) return since;
    return undefined;
  }

  /** Resolves when something waits, or on the next `nudge`. */
  async filled(): Promise<void> {
    if (!this.empty) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
  }

  nudge(): void {
    this.wake?.();
  }

  take(most: number): Slot[] {
    return this.waiting.splice(0, most);
  }

  /** Answers everyone who waits for this entry: the first made it, the others repeated it. */
  resolve(slot: Slot, logged: LoggedEntry): void {
    this.byIdentity.delete(keyOf(slot.entry));
    for (const [at, waiter] of slot.waiters.entries()) {
      waiter.resolve(at === 0 ? logged : { ...logged, duplicate: true });
    }
  }

  reject(slot: Slot, error: SequencerError): void {
    this.byIdentity.delete(keyOf(slot.entry));
    for (const waiter of slot.waiters) waiter.reject(error);
  }

  rejectAll(error: SequencerError): void {
    this.waiting = [];
    for (const slot of this.byIdentity.values()) this.reject(slot, error);
  }
}

function keyOf({ identity }: PendingEntry): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.length).toString('latin1');
}
