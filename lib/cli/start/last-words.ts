/** Why a child ended, out of what it wrote: pino's lines, or an uncaught error's message. */
const uncaught = /^\w*Error(?: \[\w+\])?: /;
const [error, fatal] = [50, 60];

export class LastWords {
  /** Empty when nothing that it said can be the cause. */
  cause = '';
  private serving = false;

  /** A start begins. */
  start(): void {
    this.cause = '';
    this.serving = false;
  }

  /** From here on an error is something that it reports and survives. Only what is fatal ends it. */
  serve(): void {
    this.cause = '';
    this.serving = true;
  }

  hear(line: string): void {
    const said = parseLine(line);
    if (said !== undefined) {
      if ((said.level ?? 0) >= (this.serving ? fatal : error))
        this.cause = said.err?.message ?? said.msg ?? '';
    } else if (uncaught.test(line)) {
      this.cause = line.replace(uncaught, '');
    }
  }
}

function parseLine(line: string): { level?: number; msg?: string; err?: { message?: string } } | undefined {
  try {
    return line.startsWith('{') ? (JSON.parse(line) as object) : undefined;
  } catch {
    return undefined;
  }
}
