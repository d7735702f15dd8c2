/** The command line as a process. */
import { ConfigError } from '../server/config-error.ts';
import { buildProgram } from './program.ts';

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`sigwatch: ${error.message}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
