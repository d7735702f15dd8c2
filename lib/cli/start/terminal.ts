/** What the person who typed `npm start` sees: one line a step, plain words, no log noise. */

export class Terminal {
  private readonly startedAt = Date.now();
  private readonly plain: boolean;

  constructor(colour: boolean) {
    this.plain = !colour || !process.stdout.isTTY;
  }

  heading(text: string): void {
    console.log(`\n${this.paint(1, text)}\n`);
  }

  /** Runs a step and prints how it went and how long it took. */
  async step<T>(name: string, work: () => Promise<T>, say: (result: T) => string = () => ''): Promise<T> {
    const from = Date.now();
    if (!this.plain) process.stdout.write(`  ${this.paint(2, '·')} ${name} …`);
    const result = await work();
    const took = `${((Date.now() - from) / 1000).toFixed(1)} s`;
    if (!this.plain) process.stdout.write('\r\u001b[2K');
    console.log(
      `  ${this.paint(32, '✓')} ${name.padEnd(12)} ${say(result).padEnd(52)} ${this.paint(2, took)}`,
    );
    return result;
  }

  note(text: string): void {
    console.log(`  ${this.paint(33, '!')} ${text}`);
  }

  lines(rows: readonly (readonly [string, string])[]): void {
    console.log('');
    for (const [name, value] of rows) console.log(`  ${name.padEnd(14)} ${this.paint(1, value)}`);
    console.log(
      `\n  Ready in ${((Date.now() - this.startedAt) / 1000).toFixed(1)} s. Ctrl-C stops everything.\n`,
    );
  }

  /** One sentence on standard error. */
  fail(sentence: string): void {
    console.error(`\n  ${this.paint(31, '✗')} ${sentence}\n`);
  }

  private paint(code: number, text: string): string {
    return this.plain ? text : `\u001b[${code}m${text}\u001b[0m`;
  }
}
