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
    const given: unknown = JSON.parse(process.argv[2] ?? '{}');
    const read = schema.safeParse(given);
    if (!read.success) throw new Error(sentence(read.error, given));
    process.exitCode = await work(read.data);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`sigwatch: ${error.message}\n`);
    process.exitCode = 2;
  }
}

/** Of the first fault alone: the rest are seen when it is mended. */
function sentence({ issues: [issue] }: z.ZodError, given: unknown): string {
  if (issue === undefined || issue.path.length === 0) return issue?.message ?? 'not understood';
  let value = given;
  for (const name of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[name];
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  const what = issue.message.replace(/^Invalid [a-z ]*: /, '');
  return `${String(issue.path[0])} ${shown}: ${what}.`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
