/** When a mail is tried again, and when it is given up: RFC 5321 §4.5.4.1 asks for patience of four to five days. */

const firstMs = 2_000;
const longestMs = 5 * 60_000;
const patienceMs = 5 * 24 * 3_600_000;
/** A server that refuses for good may be misconfigured rather than right; it is asked a few times more. */
const refusalsBelieved = 8;

/** 2 s, 4 s, 8 s ... 5 min, each up to a fifth shorter; `random` from [0, 1). */
export function retryDelayMs(attempts: number, random: number): number {
  return Math.min(firstMs * 2 ** (attempts - 1), longestMs) * (1 - random / 5);
}

export function isHopeless(error: unknown, attempts: number, ageMs: number): boolean {
  if (ageMs > patienceMs) return true;
  return attempts >= refusalsBelieved && refusesRecipient(error);
}

/** nodemailer: EENVELOPE or EMESSAGE with a 5xx reply is about this mail; a 5xx to a login is about us. */
export function refusesRecipient(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500;
}
