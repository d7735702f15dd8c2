/** What the command line says with its exit code; commands/help-texts.ts says it to people. */
export const exitCode = {
  /** Verified, satisfied, signed: and nothing else is 0. */
  yes: 0,
  /** Refused, not satisfied: everything could be read and the answer is no. */
  no: 1,
  /** The command, a file or a setting is not as it must be; nothing was decided. */
  usage: 2,
  /** A service did not answer, or refused. */
  service: 3,
  /** The person, or whoever asked for the login, did not go on. */
  abandoned: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** One sentence for the person at the terminal, and the code to leave with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
