/** What is opened for one role of the process, and closed when the role changes or the process ends, newest first. */
import type { Logger } from '#lib/server/logger.ts';

export class Scope {
  private readonly closers: { name: string; close: () => Promise<void> | void }[] = [];
  private readonly logger: Logger;
  private closed = false;
  /** A state that must not go on. */
  readonly fail: (error: unknown) => void;

  constructor(logger: Logger, fail: (error: unknown) => void) {
    this.logger = logger;
    this.fail = fail;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** What is opened too late is closed at once. */
  onEnd(name: string, close: () => Promise<void> | void): void {
    this.closers.push({ name, close });
    if (this.closed) void this.close();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (let last = this.closers.pop(); last !== undefined; last = this.closers.pop()) {
      try {
        await last.close();
      } catch (error) {
        this.logger.warn({ err: error, part: last.name }, 'close failed');
      }
    }
  }
}
