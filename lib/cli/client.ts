/** The commands of a signer or verifier alone, bundled by client-bundle.mjs so that they start at once. */
import { Command } from 'commander';
import { addClientCommands } from './commands/client-commands.ts';
import { addHelpTexts } from './commands/help-texts.ts';
import { refuseRepeats } from './commands/repeated-options.ts';

const program = new Command('sigwatch').showHelpAfterError();
addClientCommands(program);
addHelpTexts(program);
refuseRepeats(program);
await program.parseAsync();
