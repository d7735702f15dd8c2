/** How much one network address, one mail address and everybody together may ask of the issuer. */
import type { MailLimits } from '#lib/server/login-code.ts';
import { rateLimit, type RateLimit } from './rate-limit.ts';

export interface Limits {
  readonly mail: MailLimits;
  /** Addresses given, hence mails caused. */
  readonly address: RateLimit;
  readonly code: RateLimit;
  /** Device codes typed: short enough to be guessed by somebody with time. */
  readonly deviceCode: RateLimit;
  /** Everything that writes a record. */
  readonly start: RateLimit;
}

const minuteMs = 60_000;

/** Where no mail leaves the machine there is no inbox to flood, and scripts sign in often. */
export function limitsFor(demoMailbox: boolean): Limits {
  const ease = demoMailbox ? 100 : 1;
  return {
    mail: { perAddress: 3 * ease, overall: 600 * ease, windowHours: 1 },
    address: rateLimit({ count: 60 * ease, windowMs: 60 * minuteMs }),
    code: rateLimit({ count: 100 * ease, windowMs: 10 * minuteMs }),
    deviceCode: rateLimit({ count: 30 * ease, windowMs: 10 * minuteMs }),
    start: rateLimit({ count: 120 * ease, windowMs: minuteMs }),
  };
}
