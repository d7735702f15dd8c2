/** A database that is not there yet, or not any more, told from every other failure: nobody is to blame, it passes. */

const words = (text: string): string[] => text.split(' ');
/** Of the system, of postgres.js, and SQLSTATEs. */
const codes = new Set([
  ...words('ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE'),
  ...words('CONNECT_TIMEOUT CONNECTION_CLOSED CONNECTION_ENDED CONNECTION_DESTROYED'),
  ...words('57P01 57P02 57P03 53300'),
]);

/** Of this error or of what caused it. */
export function isDatabaseLost(error: unknown): boolean {
  return causesOf(error).some((one) => codes.has(codeOf(one)) || isDeadSocket(one));
}

/** The error, and why it came to it. */
export function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

export function codeOf(error: Error): string {
  return (error as { code?: string }).code ?? '';
}

/** postgres.js writes what waited for its turn to a socket that has closed in the meantime. */
function isDeadSocket(error: Error): boolean {
  return error instanceof TypeError && /\bnextWrite\b.*\bpostgres\b/.test(error.stack ?? '');
}
