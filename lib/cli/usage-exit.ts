import type { CommanderError } from 'commander';
import { exitCode } from './exit-codes.ts';

/** Commander leaves with 1 for a wrong command; with us 1 is an answer. Help is no mistake. Commands inherit it. */
export function leaveOnUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? exitCode.yes : exitCode.usage);
}
