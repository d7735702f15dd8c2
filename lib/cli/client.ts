/** The commands of a signer or verifier alone, bundled by client-bundle.mjs so that they start at once. */
import { Command } from 'commander';
import { addClientCommands } from './commands/client-commands.ts';

const program = new Command('sigwatch').showHelpAfterError();
addClientCommands(program);
await program.parseAsync();
