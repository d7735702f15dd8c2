/** Runs what a command does and leaves with its code. The one place where an error becomes an exit code. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';

export async function runCommand(work: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`sigwatch: ${visibleText(error.message, 1000)}\n`);
    process.exitCode = error instanceof CommandError ? error.code : exitCode.usage;
  }
}
