/**
 * The process that sequences, seen from another one: it is handed what was accepted here. While it changes, what is under
 * way is asked again: an entry that is logged already is answered as such.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SequencerError, type PendingEntry } from '../sequencer/entry.ts';
import type { Leader } from './lease.ts';
import {
  appendPath,
  formatAppend,
  readAnswers,
  readState,
  statePath,
  type AppendAnswer,
  type LeaderState,
} from './message.ts';

const patienceMs = 12_000;
const oneTryMs = 6_000;
const pauseMs = 150;
const stateEveryMs = 300;

export class LeaderClient {
  private readonly find: () => Promise<Leader | undefined>;
  private leader: Leader | undefined;
  private last: { state: LeaderState; at: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(find: () => Promise<Leader | undefined>) {
    this.find = find;
    void this.look();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** What it last said of a log, by hexadecimal id; undefined when it is not heard. */
  stateOf(logId: string): LeaderState['logs'][number] | undefined {
    const { last } = this;
    if (last === undefined || performance.now() - last.at > 10 * stateEveryMs) return undefined;
    return last.state.logs.find((log) => log.logId === logId);
  }

  /** One answer for each entry. Throws SequencerError `stopped` when nobody takes them in time. */
  async append(logId: string, entries: readonly PendingEntry[]): Promise<AppendAnswer[]> {
    const body = formatAppend(logId, entries);
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        const answers = readAnswers(await this.ask(appendPath, body));
        if (answers.length !== entries.length) throw new TypeError('an answer is missing');
        if (!answers.some((one) => 'code' in one && one.code === 'stopped')) return answers;
      } catch (cause) {
        this.leader = undefined;
        if (performance.now() > deadline || this.closed)
          throw new SequencerError('stopped', 'the log is changing over, try again', { cause });
      }
      if (performance.now() > deadline) throw new SequencerError('late', 'no answer in time, try again');
      await sleep(pauseMs);
    }
  }

  private async ask(path: string, body?: string): Promise<unknown> {
    const leader = (this.leader ??= await this.find());
    if (leader === undefined) throw new TypeError('nobody leads');
    const headers = { authorization: `Bearer ${leader.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${leader.address}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(oneTryMs),
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status !== 200) {
      await answer.text();
      throw new TypeError(`the leader answered ${answer.status}`);
    }
    return answer.json();
  }

  private async look(): Promise<void> {
    try {
      this.last = { state: readState(await this.ask(statePath)), at: performance.now() };
    } catch {
      this.leader = undefined;
    }
    if (!this.closed) this.timer = setTimeout(() => void this.look(), stateEveryMs);
  }
}
