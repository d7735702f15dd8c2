/** `sigwatch completion`: a script that completes every command and option there is. */
import { Argument, type Command } from 'commander';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const [{ completableCommands }, { completionScripts }] = await Promise.all([
        import('../completion/completable.ts'),
        import('../completion/scripts.ts'),
      ]);
      process.stdout.write(completionScripts[shell](completableCommands(program)));
    });
}
