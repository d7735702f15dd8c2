/**
 * A command of the operator that needs the authority's keys. It runs as a process of its own: keys stay in this folder's
 * processes. Input is one JSON argument from the command line of sigwatch; output is for the person.
 */
import type { z } from 'zod';

/** `work` gives the exit code: 0 done, 1 the answer is no; 2 is left for what could not be tried. */
export async function runCommand<T>(
  schema: z.ZodType<T>,
  work: (input: T) => Promise<number> | number,
): Promise<void> {
  try {
    process.exitCode = await work(schema.parse(JSON.parse(process.argv[2] ?? '{}')));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`sigwatch: ${error.message}\n`);
    process.exitCode = 2;
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
