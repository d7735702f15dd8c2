/**
 * How a process ends: on SIGINT, SIGTERM, or when the supervisor that started it is gone, it closes what it opened,
 * newest first, and exits. A second signal, or a close that takes too long, ends it at once.
 */
import type { Logger } from './logger.ts';
import { isDatabaseLost } from './lost-database.ts';

const patienceMs = 10_000;
/** EX_TEMPFAIL of sysexits.h: nothing is wrong with the process, it is to be started again. */
export const lostDatabaseCode = 75;

export class Lifetime {
  private readonly closers: { name: string; close: () => Promise<void> | void }[] = [];
  private readonly logger: Logger;
  private ending = false;
  private uncaught = (error: unknown): void =>
    isDatabaseLost(error) ? this.leaveLostDatabase(error) : this.fail(error);

  constructor(logger: Logger) {
    this.logger = logger;
    process.on('SIGINT', () => this.end('SIGINT'));
    process.on('SIGTERM', () => this.end('SIGTERM'));
    process.on('disconnect', () => this.end('supervisor gone'));
    // Gone already, while this process was still loading: there will be no event any more.
    if (process.connected === false) this.end('supervisor gone');
    process.on('uncaughtException', (error) => this.uncaught(error));
    process.on('unhandledRejection', (error) => this.uncaught(error));
  }

  /** Registers what must be closed; closed in reverse order. */
  onEnd(name: string, close: () => Promise<void> | void): void {
    this.closers.push({ name, close });
  }

  /** Who judges an exception or rejection that nothing caught, in place of `fail`; unless it knows better it must call that. */
  onUncaught(judge: (error: unknown) => void): void {
    this.uncaught = judge;
  }

  /** Tells the supervisor, if there is one, that this process serves. */
  ready(): void {
    this.logger.info('ready');
    process.send?.({ ready: true });
  }

  /** A state that must not go on: say why and leave; the supervisor starts a fresh process, which recovers. */
  fail(error: unknown): void {
    this.logger.fatal({ err: error }, 'fatal');
    this.end('fatal', 1);
  }

  /**
   * The database went away in the middle of something that now waits for ever: a fresh process waits for the database
   * instead. Nothing is closed, since closing would wait as well.
   */
  leaveLostDatabase(cause: unknown): void {
    const lost = new Error('the database was lost, this begins anew when it answers', { cause });
    this.logger.fatal({ err: lost }, 'leaving');
    process.exit(lostDatabaseCode);
  }

  /** Asked for what it cannot do: one sentence for whoever asked, no stack. */
  refuse(sentence: string): void {
    this.logger.fatal(sentence);
    this.end('refused', 1);
  }

  private end(reason: string, code = 0): void {
    if (this.ending) {
      if (reason !== 'supervisor gone') process.exit(code || 130);
      return;
    }
    this.ending = true;
    this.logger.info({ reason }, 'stopping');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref();
    void this.closeAll().finally(() => {
      // Nobody is left to end us should native code hang in its exit handlers, and everything of ours is closed.
      if (reason === 'supervisor gone') process.kill(process.pid, 'SIGKILL');
      process.exit(code);
    });
  }

  private async closeAll(): Promise<void> {
    for (const { name, close } of this.closers.reverse()) {
      try {
        await close();
      } catch (error) {
        this.logger.warn({ err: error, part: name }, 'close failed');
      }
    }
  }
}
