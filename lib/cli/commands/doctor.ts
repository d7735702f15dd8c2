/** `sigwatch doctor` on the command line. */
import type { Command } from 'commander';
import type { DoctorOptions } from '../doctor/doctor.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('sign and verify something through every service, and say what is wrong and how to mend it')
    .option('--email <address>', 'who to sign in as, in demo mode', 'doctor@example.com')
    .option('--identity-token <token>', 'an ID token instead of a login')
    .option('--no-sign', 'sign nothing, so that nothing is logged')
    .option('--json', 'print the findings as JSON')
    .action(async (options: DoctorOptions) => {
      const [{ runCommand }, { doctor }, { readConfig }] = await Promise.all([
        import('../run-command.ts'),
        import('../doctor/doctor.ts'),
        import('../../server/config.ts'),
      ]);
      await runCommand(() => doctor(readConfig(), options));
    });
}
