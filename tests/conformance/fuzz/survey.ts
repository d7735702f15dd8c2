/** What became of the fuzzed inputs: counted, since a fuzzer whose inputs are all refused at the first byte shows little. */
import { expect } from 'vitest';

/** SIGWATCH_FUZZ=1000000 (`npm run fuzz`) makes it the long run. */
export const numRuns = Number(process.env.SIGWATCH_FUZZ ?? 400);
const slowestMs = 250;

type Kind = abstract new (...args: never[]) => Error;

export class Survey {
  private read = 0;
  private refused = 0;
  private slowestMs = 0;

  /** Runs it, for which undefined is a refusal; lets pass only what it may throw. Slow is what is slow every time: machines pause. */
  survives(work: () => unknown, ...may: Kind[]): void {
    let took = this.timed(work, may);
    for (let again = 0; took > slowestMs && again < 3; again++) took = Math.min(took, timedOnly(work));
    this.slowestMs = Math.max(this.slowestMs, took);
    expect(took).toBeLessThan(slowestMs);
  }

  count(outcome: 'read' | 'refused'): void {
    this[outcome]++;
  }

  report(name: string): void {
    if (process.env.SIGWATCH_FUZZ === undefined) return;
    const slowest = this.slowestMs === 0 ? '' : `, slowest ${this.slowestMs.toFixed(1)} ms`;
    const line = `${name}: ${this.read + this.refused} inputs, ${this.read} taken, ${this.refused} refused${slowest}`;
    process.stdout.write(`fuzz ${line}\n`);
  }

  private timed(work: () => unknown, may: readonly Kind[]): number {
    const started = performance.now();
    try {
      this.count(work() === undefined ? 'refused' : 'read');
    } catch (error) {
      if (!may.some((kind) => error instanceof kind)) throw error;
      this.count('refused');
    }
    return performance.now() - started;
  }
}

function timedOnly(work: () => unknown): number {
  const started = performance.now();
  try {
    work();
  } catch {
    // Judged before.
  }
  return performance.now() - started;
}
