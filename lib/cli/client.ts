/** The commands of a signer or verifier alone, made one file by lib/server/one-file.mjs so that they start at once. */
import { Command } from 'commander';
import { addClientCommands } from './commands/client-commands.ts';
import { addHelpTexts } from './commands/help-texts.ts';
import { refuseRepeats } from './commands/repeated-options.ts';
import { leaveOnUsage } from './usage-exit.ts';

const program = new Command('sigwatch').showHelpAfterError().exitOverride(leaveOnUsage);
addClientCommands(program);
addHelpTexts(program);
refuseRepeats(program);
await program.parseAsync();
